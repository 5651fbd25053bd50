// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map, the keys it is tried with, and the steps that workloads consist of. A step costs the
// harness the making of the key and a comparison of the value; the same for every map.

#include "maps/concept.hpp"
#include "runner/tally.hpp"
#include "runner/team.hpp"
#include "workloads/key_space.hpp"
#include "workloads/picks.hpp"
#include "workloads/values.hpp"
#include "workloads/workload.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ferry::bench {

// Keys by index, the last one not included.
struct key_range {
    std::uint32_t begin;
    std::uint32_t end;

    std::uint32_t size() const { return end - begin; }

    key_range share(unsigned worker, unsigned workers) const {
        const auto start_of = [&](std::uint64_t w) {
            return begin + static_cast<std::uint32_t>(w * size() / workers);
        };
        return {start_of(worker), start_of(worker + 1)};
    }
};

// What workers did with some keys, each with a share of its own. One that ran out of patience left
// the rest of it.
struct divided_work {
    key_range keys;
    std::vector<tally> by_worker;
    stretch time{};

    std::uint64_t tried() const { return sum_of(by_worker).tried; }
    double finished() const { return static_cast<double>(tried()) / keys.size(); }
};

// Around operations that are not timed.
struct no_watch {
    template <class Operation>
    auto operator()(Operation operation) {
        return operation();
    }
};

// What nobody has patience with is a map that stopped working.
inline constexpr std::chrono::minutes filling_patience{2};

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
    std::uint64_t size() { return place_->map.size(); }

    std::uint32_t n() const { return keys_.n(); }
    key_range all_keys() const { return {0, keys_.n()}; }

    static std::string fault_in(const tally &sum, std::uint64_t size_before,
                                std::uint64_t size_after) {
        return empty_handed_map<Map> ? std::string{} : find_fault(sum, size_before, size_after);
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

    // --- filling -------------------------------------------------------------------------

    // As subject::fill() has it.
    std::string fill(map_use use) {
        set_up(false);
        if (!fill_with(all_keys()))
            return "filling it was given up after two minutes: " + std::to_string(size()) + " of " +
                   std::to_string(n()) + " keys were in";
        tally counts;
        counts.inserted = n();
        if constexpr (!slow_map<Map>)
            counts += give_past(use);
        return audit(use, counts, 0);
    }

    // False: patience ended before all keys were in.
    bool fill_with(key_range keys) {
        if constexpr (loadable_map<Map, Key, Value>) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            for (std::uint32_t i = keys.begin; i != keys.end; ++i)
                place_->map.load(keys_[i], value(i));
            return true;
        } else {
            return insert_keys(keys, all_processors(), filling_patience).finished() >= 1;
        }
    }

    // What must hold when the map is at rest: what was counted fits its size; if keys came and
    // went, as many are found as the size says, each with its own value; what is assigned is there.
    std::string audit(map_use use, tally counts, std::uint64_t size_before) {
        const auto size_now = size();
        if (!slow_map<Map> && erases(use)) {
            const key_range universe{0, universe_of(workload::mix_50_25_25, n())};
            const auto seen = for_each_key(universe, [this](tally &t, std::uint32_t i) {
                if (const auto found = place_->map.find(keys_[i])) {
                    ++t.inserted;
                    t.foreign += !is_value_of(i, *found);
                }
            });
            counts.foreign += seen.foreign;
            if (seen.inserted != size_now && !empty_handed_map<Map>)
                return std::to_string(seen.inserted) + " keys are found and the size is " +
                       std::to_string(size_now);
        }
        if (use == map_use::replaces_values || use == map_use::stores_in_place)
            counts.foreign += assign_and_look();
        return fault_in(counts, size_before, size_now);
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

    template <class Watch>
    divided_work insert_keys(key_range keys, const team &who, std::chrono::nanoseconds patience,
                             std::vector<Watch> &watches) {
        return by_shares(keys, who, patience,
                         [&](unsigned worker, key_range share, const gate &gate) {
                             return insert_share(share, gate, watches[worker]);
                         });
    }

    divided_work insert_keys(key_range keys, const team &who, std::chrono::nanoseconds patience) {
        std::vector<no_watch> none(who.threads());
        return insert_keys(keys, who, patience, none);
    }

    // Everything that was inserted must be there, wherever it was put while the map was growing.
    std::string check(const divided_work &done) {
        const team who(static_cast<unsigned>(done.by_worker.size()));
        const auto seen = by_shares(
            done.keys, who, hours{}.patience, [&](unsigned worker, key_range share, const gate &) {
                auto counts = done.by_worker[worker];
                const auto end = share.begin + static_cast<std::uint32_t>(counts.tried);
                for (std::uint32_t i = share.begin; i != end; ++i)
                    find_hit(counts, {i, 0});
                return counts;
            });
        return fault_in(sum_of(seen.by_worker), 0, size());
    }

    // As subject::grow() and those after it.
    std::string grow(const team &who) {
        set_up(true);
        if constexpr (loadable_map<Map, Key, Value>) {
            fill_with(all_keys());
            return fault_in({}, keys_.n(), size());
        }
        const auto done = insert_keys(all_keys(), who, filling_patience);
        return done.finished() < 1 ? "it did not grow to the end" : check(done);
    }

    bool erase_most() {
        if constexpr (erasing_map<Map, Key> && !slow_map<Map>) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            for (std::uint32_t i = 0; i != keys_.n(); ++i)
                if (i % 10 != 0)
                    place_->map.erase(keys_[i]);
            return true;
        }
        return false;
    }

    bool shrink() {
        if constexpr (shrinking_map<Map>) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            place_->map.shrink();
            return true;
        }
        return false;
    }

    // More than a few gain nothing while a map is filled.
    static team all_processors() { return team(std::min(processors().count(), 8u)); }

private:
    // Where an object lies within its cache line can halve a map's speed: none shares its lines
    // with the harness or another map, and all start at the same place in one.
    struct alignas(128) place {
        Map map;
    };

    // Each worker counts what comes of f(worker, its share of the keys, gate).
    template <class Function>
    divided_work by_shares(key_range keys, const team &who, std::chrono::nanoseconds patience,
                           Function f) {
        divided_work done{keys, std::vector<tally>(who.threads()), {}};
        done.time = who.run_to_end(patience, [&](unsigned worker, gate &gate) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            gate.pass();
            done.by_worker[worker] = f(worker, keys.share(worker, who.threads()), gate);
        });
        return done;
    }

    // All processors do f(counts, index) for each key of the range.
    template <class Function>
    tally for_each_key(key_range keys, Function f) {
        const auto done =
            by_shares(keys, all_processors(), filling_patience,
                      [&f](unsigned, key_range share, const gate &gate) {
                          tally counts;
                          for (std::uint32_t i = share.begin;
                               i != share.end && !(i % batch_size == 0 && gate.late()); ++i)
                              f(counts, i);
                          return counts;
                      });
        return sum_of(done.by_worker);
    }

    tally give_past(map_use use) {
        Map &map = place_->map;
        switch (use) {
        case map_use::replaces_values:
        case map_use::stores_in_place:
            return for_each_key(all_keys(), [this](tally &t, std::uint32_t i) {
                t.missed += assign({i, 0});
            });
        case map_use::churns_keys:
        case map_use::churns_and_replaces: {
            // Of 18 keys, 10 or 9 stay: N in all. For each that comes one goes, so that the map is
            // never much larger than it will be.
            const bool exchanged = use == map_use::churns_and_replaces;
            const auto others =
                universe_of(exchanged ? workload::exchange : workload::mix_50_25_25, n()) - n();
            const auto erase_some = [this, exchanged](tally &t, std::uint32_t i) {
                if (i % 18 < (exchanged ? 8u : 9u))
                    t.erased += erase({i, 0});
            };
            auto counts = for_each_key({0, others}, [&](tally &t, std::uint32_t i) {
                t.inserted += map.insert(keys_[n() + i], value(n() + i));
                erase_some(t, n() + i);
                erase_some(t, i);
            });
            counts += for_each_key({others, n()}, erase_some);
            return counts;
        }
        default:
            return {};
        }
    }

    // How many of some keys do not have the value that was assigned last.
    std::uint64_t assign_and_look() {
        [[maybe_unused]] const typename Map::thread_scope scope;
        const std::uint32_t some = std::min(n(), slow_map<Map> ? 1u : 1000u);
        std::uint64_t lost = 0;
        for (std::uint32_t i = 0; i != some; ++i) {
            const Value wanted = value(i, i + 1);
            assign({i, i + 1});
            const auto found = place_->map.find(keys_[i]);
            lost += !found || *found != wanted;
        }
        return lost;
    }

    static constexpr std::uint32_t percent(unsigned p) {
        return static_cast<std::uint32_t>((std::uint64_t{p} << 32) / 100);
    }

    static Value value(std::uint32_t index, std::uint32_t dice = 0) {
        return value_for<Value>(index, dice);
    }

    const key_space<Key> &keys_;
    std::unique_ptr<place> place_;
};

} // namespace ferry::bench
