// SPDX-License-Identifier: BSL-1.0
#pragma once

// The workloads, compiled once for each map and kind of key. An operation costs the harness one
// pick, the making of the key, and a comparison of the value; the same for every map.

#include "adapters/concept.hpp"
#include "runner/subject.hpp"
#include "runner/tally.hpp"
#include "runner/team.hpp"
#include "workloads/key_space.hpp"
#include "workloads/picks.hpp"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace ferry::bench {

template <class Map, class Key>
requires measurable_map<Map, Key>
class subject_of final : public subject {
public:
    explicit subject_of(const key_space<Key> &keys) : keys_(keys) {}

    void fill() override {
        place_ = make_place(false);
        const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
        team(threads).run_to_end([&](unsigned worker, gate &gate) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            gate.pass();
            insert_share(place_->map, worker, threads);
        });
    }

    run_result run(const run_order &order) override {
        switch (order.what) {
        case workload::find_hit:
            return run_window(order, keys_.n(), [this](tally &t, pick p) { find_hit(t, p); });
        case workload::find_miss:
            return run_window(order, keys_.n(), [this](tally &t, pick p) { find_miss(t, p); });
        case workload::find_assign:
        case workload::find_store:
            return run_window(order, keys_.n(), [this](tally &t, pick p) { find_assign(t, p); });
        case workload::mix_90_5_5:
            return run_window(order, 2 * keys_.n(), [this](tally &t, pick p) { mix<90>(t, p); });
        case workload::mix_50_25_25:
            return run_window(order, 2 * keys_.n(), [this](tally &t, pick p) { mix<50>(t, p); });
        case workload::growth:
            break;
        }
        return run_growth(order);
    }

private:
    // Where an object lies within its cache line can halve a map's speed: none shares its lines
    // with the harness or another map, and all start at the same place in one.
    struct alignas(128) place {
        Map map;
    };

    std::unique_ptr<place> make_place(bool from_empty) const {
        return std::unique_ptr<place>(
            new place{Map(sizing{.expected = keys_.n(), .from_empty = from_empty})});
    }

    static constexpr std::uint32_t percent(unsigned p) {
        return static_cast<std::uint32_t>((std::uint64_t{p} << 32) / 100);
    }

    void find_hit(tally &t, pick p) {
        const auto value = place_->map.find(keys_[p.index]);
        if (!value)
            ++t.missed;
        else if (!is_value_of(p.index, *value))
            ++t.foreign;
    }

    void find_miss(tally &t, pick p) {
        if (place_->map.find(keys_[keys_.n() + p.index]))
            ++t.phantom;
    }

    void find_assign(tally &t, pick p) {
        if (p.dice < percent(50))
            find_hit(t, p);
        else if (place_->map.assign(keys_[p.index], value_for(p.index, p.dice)))
            ++t.missed;
    }

    // Finds for FindPercent, and inserts and erases one half of the rest each.
    template <unsigned FindPercent>
    void mix(tally &t, pick p) {
        constexpr auto find_below = percent(FindPercent);
        constexpr auto insert_below = percent(FindPercent + (100 - FindPercent) / 2);
        Map &map = place_->map;
        if (p.dice < find_below) {
            const auto value = map.find(keys_[p.index]);
            if (value && !is_value_of(p.index, *value))
                ++t.foreign;
        } else if (p.dice < insert_below) {
            t.inserted += map.insert(keys_[p.index], value_for(p.index, p.dice));
        } else {
            t.erased += map.erase(keys_[p.index]);
        }
    }

    template <class Step>
    run_result run_window(const run_order &order, std::uint32_t universe, Step step) {
        const std::uint64_t size_before = place_->map.size();
        std::vector<tally> tallies(order.threads);
        const auto work = [&](unsigned worker, gate &gate) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            pick_source picks(universe, order.skewed, worker, order.threads);
            pick_batch batch;
            tally counts;
            std::uint64_t operations = 0;
            gate.pass();
            while (!gate.closing()) {
                picks.fill(batch);
                for (const pick p : batch)
                    step(counts, p);
                operations += batch_size;
                gate.report(worker, operations);
            }
            tallies[worker] = counts;
        };
        const auto pace = team(order.threads).run_for(order.warm_up, order.window, work);
        return {pace.seconds, pace.operations, judge(tallies, place_->map, size_before)};
    }

    // The keys that one of several workers has to insert: first to last, last not included.
    std::pair<std::uint32_t, std::uint32_t> share(unsigned worker, unsigned workers) const {
        const auto start_of = [&](std::uint64_t w) {
            return static_cast<std::uint32_t>(w * keys_.n() / workers);
        };
        return {start_of(worker), start_of(worker + 1)};
    }

    tally insert_share(Map &map, unsigned worker, unsigned workers) const {
        const auto [first, last] = share(worker, workers);
        tally counts;
        for (std::uint32_t i = first; i != last; ++i)
            counts.inserted += map.insert(keys_[i], value_for(i, 0));
        return counts;
    }

    tally look_share_up(Map &map, unsigned worker, unsigned workers) const {
        const auto [first, last] = share(worker, workers);
        tally counts;
        for (std::uint32_t i = first; i != last; ++i) {
            const auto value = map.find(keys_[i]);
            counts.missed += !value;
            counts.foreign += value && !is_value_of(i, *value);
        }
        return counts;
    }

    run_result run_growth(const run_order &order) {
        const auto grown = make_place(true);
        Map &map = grown->map;
        std::vector<tally> tallies(order.threads);
        const double seconds = team(order.threads).run_to_end([&](unsigned worker, gate &gate) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            gate.pass();
            tallies[worker] = insert_share(map, worker, order.threads);
        });

        // Everything must be there, wherever it was put while the map was growing.
        team(order.threads).run_to_end([&](unsigned worker, gate &gate) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            gate.pass();
            tallies[worker] += look_share_up(map, worker, order.threads);
        });
        return {seconds, keys_.n(), judge(tallies, map, 0)};
    }

    static std::string judge(const std::vector<tally> &tallies, Map &map,
                             std::uint64_t size_before) {
        tally sum;
        for (const auto &t : tallies)
            sum += t;
        return find_fault(sum, size_before, map.size());
    }

    const key_space<Key> &keys_;
    std::unique_ptr<place> place_;
};

template <class Map, class Key>
std::unique_ptr<subject> make_subject(const key_space<Key> &keys) {
    return std::make_unique<subject_of<Map, Key>>(keys);
}

} // namespace ferry::bench
