// SPDX-License-Identifier: BSL-1.0
#pragma once

// The runs, compiled once for each map and kind of element: windows, growth, and both with a watch
// at each operation.

#include "runner/audit.hpp"
#include "runner/filling.hpp"
#include "runner/shares.hpp"
#include "runner/stop_watch.hpp"
#include "runner/subject.hpp"
#include "runner/trial.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ferry::bench {

template <class Map, class Key, class Value>
requires measurable_map<Map, Key, Value>
class subject_of final : public subject {
public:
    explicit subject_of(const key_space<Key> &keys) : trial_(keys) {}

    std::string fill(map_use use) override {
        trial_.set_up(false);
        if (!fill_with(trial_, trial_.all_keys()))
            return "filling it was given up after two minutes: " + std::to_string(trial_.size()) +
                   " of " + std::to_string(trial_.n()) + " keys were in";
        tally counts;
        counts.inserted = trial_.n();
        if constexpr (!slow_map<Map>)
            counts += give_past(trial_, use);
        return audit(trial_, use, counts, 0);
    }

    run_result run(const run_order &order) override {
        switch (order.what) {
        case workload::find_hit:
            return run_steps(order, [this](tally &t, pick p) { trial_.find_hit(t, p); });
        case workload::find_miss:
            return run_steps(order, [this](tally &t, pick p) { trial_.find_miss(t, p); });
        case workload::find_99_assign_1:
            return run_steps(order,
                             [this](tally &t, pick p) { trial_.template find_assign<99>(t, p); });
        case workload::find_assign:
        case workload::find_store:
            return run_steps(order,
                             [this](tally &t, pick p) { trial_.template find_assign<50>(t, p); });
        case workload::mix_90_5_5:
            return run_steps(order,
                             [this](tally &t, pick p) { trial_.template mix<90, 5, 5>(t, p); });
        case workload::mix_50_25_25:
        case workload::contention:
            return run_steps(order,
                             [this](tally &t, pick p) { trial_.template mix<50, 25, 25>(t, p); });
        case workload::exchange:
            return run_steps(order,
                             [this](tally &t, pick p) { trial_.template mix<10, 40, 40>(t, p); });
        case workload::growth:
            break;
        }
        return run_growth(order);
    }

    latency_result time(const latency_order &order) override {
        switch (order.what) {
        case timed::insert_growth:
            return time_insert_growth(order);
        case timed::find_growth:
            return time_find_growth(order);
        case timed::mix:
            break;
        }
        return time_mix(order);
    }

    std::string grow(const team &who) override {
        trial_.set_up(true);
        if constexpr (loadable_map<Map, Key, Value>) {
            fill_with(trial_, trial_.all_keys());
            return fault_in<Map>({}, trial_.n(), trial_.size());
        }
        const auto done = insert_keys(trial_, trial_.all_keys(), who, filling_patience);
        return done.finished() < 1 ? "it did not grow to the end" : audit_growth(trial_, done);
    }

    std::string grow_many(std::uint32_t keys_a_map) override {
        const auto n = trial_.n();
        // All maps first: a library that registers threads is started by its first map.
        for (std::uint32_t first = 0; first < n; first += keys_a_map)
            small_maps_.push_back(
                std::make_unique<Map>(sizing{.expected = keys_a_map, .from_empty = true}));
        [[maybe_unused]] const typename Map::thread_scope scope;
        for (std::uint32_t i = 0; i < n; ++i)
            small_maps_[i / keys_a_map]->insert(trial_.keys()[i], trial_.value(i));
        std::uint64_t size = 0;
        for (const auto &map : small_maps_)
            size += map->size();
        return fault_in<Map>({}, n, size);
    }

    bool erase_most() override { return erase_most_of(trial_); }

    bool shrink() override {
        if constexpr (shrinking_map<Map>) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            trial_.map().shrink();
            return true;
        }
        return false;
    }

private:
    // --- windows -------------------------------------------------------------------------

    // The loop that is measured; a profile is taken of what runs below it.
    template <class Step>
    [[gnu::noinline]] static tally measured_loop(pick_source &picks, unsigned worker, gate &gate,
                                                 Step step) {
        tally counts;
        pick_batch batch;
        std::uint64_t operations = 0;
        // At least one batch: a worker that got no processor in time is checked all the same.
        do {
            picks.fill(batch);
            for (const pick p : batch) {
                step(counts, p);
                if constexpr (slow_map<Map>) {
                    gate.report(worker, ++operations);
                    if (gate.closing())
                        break;
                }
            }
            if constexpr (!slow_map<Map>)
                gate.report(worker, operations += batch_size);
        } while (!gate.closing());
        return counts;
    }

    // make_step(worker) gives what the worker does with each pick.
    template <class MakeStep>
    run_result run_window(const run_order &order, MakeStep make_step) {
        const auto size_before = trial_.size();
        const auto universe = universe_of(order.what, trial_.n());
        const team &who = order.who;
        std::vector<tally> tallies(who.threads());
        const auto pace = who.run_for(order.when, [&](unsigned worker, gate &gate) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            pick_source picks(order.seed, universe, order.skewed, worker, who.threads());
            auto step = make_step(worker);
            gate.pass();
            tallies[worker] = measured_loop(picks, worker, gate, step);
        });
        return {pace.time, pace.operations, 1,
                audit(trial_, use_of(order.what), sum_of(tallies), size_before)};
    }

    template <class Step>
    run_result run_steps(const run_order &order, Step step) {
        return run_window(order, [step](unsigned) { return step; });
    }

    latency_result time_mix(const latency_order &order) {
        std::vector<stop_watch> watches(order.who.threads());
        const auto result = run_window(
            {workload::mix_90_5_5, order.who, order.when, order.seed, {}}, [&](unsigned worker) {
                return [this, &watch = watches[worker]](tally &t, pick p) {
                    watch([&] {
                        trial_.template mix<90, 5, 5>(t, p);
                        return 0;
                    });
                };
            });
        return {durations_of(watches), result.time, 1, result.wrong};
    }

    // --- growth --------------------------------------------------------------------------

    run_result run_growth(const run_order &order) {
        trial_.set_up(true);
        const auto done = insert_keys(trial_, trial_.all_keys(), order.who, order.when.patience);
        run_result result{done.time, done.tried(), done.finished(), audit_growth(trial_, done)};
        trial_.take_down();
        return result;
    }

    latency_result time_insert_growth(const latency_order &order) {
        trial_.set_up(true);
        std::vector<stop_watch> watches(order.who.threads());
        const auto done =
            insert_keys(trial_, trial_.all_keys(), order.who, order.when.patience, watches);
        latency_result result{durations_of(watches), done.time, done.finished(),
                              audit_growth(trial_, done)};
        trial_.take_down();
        return result;
    }

    // One worker grows the map, the others find what is in it already.
    latency_result time_find_growth(const latency_order &order) {
        trial_.set_up(true);
        const key_range first{0, trial_.n() / 16};
        const key_range rest{first.end, trial_.n()};
        if (!fill_with(trial_, first)) {
            trial_.take_down();
            return unfinished();
        }

        std::vector<stop_watch> watches(order.who.threads());
        std::vector<tally> tallies(order.who.threads());
        std::atomic<bool> growing{true};
        const stretch time =
            order.who.run_to_end(order.when.patience, [&](unsigned worker, gate &gate) {
                [[maybe_unused]] const typename Map::thread_scope scope;
                pick_source picks(order.seed, first.end, {}, worker, order.who.threads());
                pick_batch batch;
                tally counts;
                gate.pass();
                if (worker == 0) {
                    no_watch none;
                    counts = trial_.insert_share(rest, gate, none);
                    // relaxed: it only has to be seen soon.
                    growing.store(false, std::memory_order_relaxed);
                } else {
                    do {
                        picks.fill(batch);
                        for (const pick p : batch)
                            watches[worker]([&] {
                                trial_.find_hit(counts, p);
                                return 0;
                            });
                    } while (growing.load(std::memory_order_relaxed)); // relaxed: as above
                }
                tallies[worker] = counts;
            });
        latency_result result{durations_of(watches), time,
                              static_cast<double>(tallies[0].tried) / rest.size(),
                              fault_in<Map>(sum_of(tallies), first.end, trial_.size())};
        trial_.take_down();
        return result;
    }

    static latency_result unfinished() {
        latency_result result;
        result.finished = 0;
        return result;
    }

    static histogram durations_of(const std::vector<stop_watch> &watches) {
        auto all = empty_histogram();
        for (const auto &watch : watches)
            all += watch.durations();
        return all;
    }

    trial<Map, Key, Value> trial_;
    std::vector<std::unique_ptr<Map>> small_maps_;
};

template <class Map, class Key, class Value>
std::unique_ptr<subject> make_subject(const key_space<Key> &keys) {
    return std::make_unique<subject_of<Map, Key, Value>>(keys);
}

} // namespace ferry::bench
