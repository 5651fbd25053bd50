// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map, the keys it is tried with, and the steps that workloads consist of. A step costs the
// harness the making of the key and a comparison of the value; the same for every map.

#include "maps/concept.hpp"
#include "runner/shares.hpp"
#include "runner/tally.hpp"
#include "runner/team.hpp"
#include "workloads/key_space.hpp"
#include "workloads/picks.hpp"
#include "workloads/values.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>

namespace ferry::bench {

// Around operations that are not timed.
struct no_watch {
    template <class Operation>
    auto operator()(Operation operation) {
        return operation();
    }
};

template <class Map, class Key, class Value>
requires measurable_map<Map, Key, Value>
class trial {
public:
    explicit trial(const key_space<Key> &keys) : keys_(keys) {}

    // A new map, and the end of the one before.
    void set_up(bool from_empty) {
        take_down();
        place_.reset(new place{Map(sizing{.expected = keys_.n(), .from_empty = from_empty})});
    }
    void take_down() { place_.reset(); }

    Map &map() { return place_->map; }
    const key_space<Key> &keys() const { return keys_; }
    std::uint64_t size() { return place_->map.size(); }

    std::uint32_t n() const { return keys_.n(); }
    key_range all_keys() const { return {0, keys_.n()}; }

    static Value value(std::uint32_t index, std::uint32_t dice = 0) {
        return value_for<Value>(index, dice);
    }

    // --- steps, which count what came of them --------------------------------------------

    void find_hit(tally &t, pick p) {
        const auto found = place_->map.find(keys_[p.index]);
        if (!found)
            ++t.missed;
        else if (!is_value_of(p.index, *found))
            ++t.foreign;
    }

    void find_miss(tally &t, pick p) {
        if (place_->map.find(keys_[keys_.n() + p.index]))
            ++t.phantom;
    }

    template <unsigned FindPercent>
    void find_assign(tally &t, pick p) {
        if (p.dice < percent(FindPercent))
            find_hit(t, p);
        else if (assign(p))
            ++t.missed;
    }

    // Finds, inserts, erases, and assigns for the rest.
    template <unsigned FindPercent, unsigned InsertPercent, unsigned ErasePercent>
    void mix(tally &t, pick p) {
        constexpr auto find_below = percent(FindPercent);
        constexpr auto insert_below = percent(FindPercent + InsertPercent);
        constexpr unsigned in_all = FindPercent + InsertPercent + ErasePercent;
        Map &map = place_->map;
        if (p.dice < find_below) {
            const auto found = map.find(keys_[p.index]);
            if (found && !is_value_of(p.index, *found))
                ++t.foreign;
        } else if (p.dice < insert_below) {
            t.inserted += map.insert(keys_[p.index], value(p.index, p.dice));
        } else if (in_all == 100 || p.dice < percent(in_all)) {
            t.erased += erase(p);
        } else {
            t.inserted += assign(p);
        }
    }

    // The plan gives a map no work that it cannot do.
    bool assign(pick p) {
        if constexpr (assigning_map<Map, Key, Value>)
            return place_->map.assign(keys_[p.index], value(p.index, p.dice));
        else
            throw std::logic_error("this map cannot assign");
    }
    bool erase(pick p) {
        if constexpr (erasing_map<Map, Key>)
            return place_->map.erase(keys_[p.index]);
        else
            throw std::logic_error("this map cannot erase");
    }

    template <class Watch>
    tally insert_share(key_range keys, const gate &gate, Watch &watch) {
        constexpr std::uint32_t between_looks = slow_map<Map> ? 1 : batch_size;
        Map &map = place_->map;
        tally counts;
        for (std::uint32_t i = keys.begin; i != keys.end; ++i) {
            if (i % between_looks == 0 && gate.late())
                break;
            counts.inserted += watch([&] { return map.insert(keys_[i], value(i)); });
            ++counts.tried;
        }
        return counts;
    }

private:
    // Where an object lies within its cache line can halve a map's speed: none shares its lines
    // with the harness or another map, and all start at the same place in one.
    struct alignas(128) place {
        Map map;
    };

    static constexpr std::uint32_t percent(unsigned p) {
        return static_cast<std::uint32_t>((std::uint64_t{p} << 32) / 100);
    }

    const key_space<Key> &keys_;
    std::unique_ptr<place> place_;
};

} // namespace ferry::bench
