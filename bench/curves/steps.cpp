// SPDX-License-Identifier: BSL-1.0
#include "curves/steps.hpp"

#include "runner/disturbance.hpp"
#include "stage/turns.hpp"
#include "stage/warm_memory.hpp"
#include "workloads/random.hpp"

#include <algorithm>
#include <chrono>

namespace ferry::bench {

namespace {

record measure(const options &o, stage &stage, const occasion &when, const map_entry &map,
               const scenario &what, unsigned threads) {
    const team who(threads, o.pinned);
    const auto result = least_disturbed(who, [&](unsigned attempt) {
        subject &subject = stage.set(when, map);
        if (!stage.fault().empty())
            return run_result{.wrong = stage.fault()};
        warm_memory_for(when);
        // Other picks in each attempt: what these do is done.
        return subject.run({what.what, who, o.times(what.n),
                            seed_of(name_of(what.what), threads, when.round, attempt),
                            stage.skewed_picks(what)});
    });
    record r{result.time.seconds,
             {{"ops_per_s", result.operations_per_second()},
              {"workers", threads},
              {"n", what.n},
              {"round", when.round},
              {"finished", result.finished}},
             result.wrong};
    note_waiting(r, who, result.time.waited);
    return r;
}

// A guess, for "time left".
double expected_seconds(const options &o, const block &b, bool first_on_its_map) {
    const double inserting = b.n * 0.5e-6; // by one thread, with some cache misses
    if (b.use == map_use::own_maps)
        return 2.2 * inserting; // in memory that is warmed, and then each is looked up
    const auto times = o.times(b.n);
    return std::chrono::duration<double>(times.warm_up + times.window).count() +
           (first_on_its_map ? inserting : 0);
}

// The steps of one round of a block.
class round_of {
public:
    round_of(const options &o, stage &stage, const block &b, unsigned round,
             std::vector<step> &steps)
        : o_(o), stage_(stage), block_(b), round_(round), steps_(steps),
          phase_("round " + std::to_string(round + 1) + " of " + std::to_string(b.rounds) + ", " +
                 name_of(b)) {}

    // The maps take turns at each workload with each number of threads.
    void together() {
        bool first = true;
        for (const auto &s : block_.scenarios)
            for (const auto threads : block_.threads) {
                for (const auto *map : in_turns(o_.maps, seed_of(name_of(s), threads, round_)))
                    add(*map, s, threads, first);
                first = false;
            }
    }

    // One map does all, then the next.
    void one_by_one() {
        for (const auto *map : in_turns(o_.maps, seed_of(name_of(block_), 0, round_))) {
            bool first = true;
            for (const auto &s : block_.scenarios)
                for (const auto threads : block_.threads)
                    if (add(*map, s, threads, first))
                        first = false;
        }
    }

private:
    bool add(const map_entry &map, const scenario &s, unsigned threads, bool first) {
        if (!map.takes_part(s))
            return false;
        const occasion when{block_.use, block_.of, block_.n, round_};
        steps_.push_back({"curves/" + name_of(s) + "/workers:" + std::to_string(threads) + '/' +
                              map.name + "/round:" + std::to_string(round_),
                          phase_,
                          map.name + ", " + std::string(name_of(s.what)) + ' ' +
                              std::string(name_of(s.choice)) + ", " + threads_in_words(threads),
                          expected_seconds(o_, block_, first),
                          [&o = o_, &stage = stage_, when, &map, s, threads] {
                              return measure(o, stage, when, map, s, threads);
                          },
                          round_ > 0});
        return true;
    }

    const options &o_;
    stage &stage_;
    const block &block_;
    unsigned round_;
    std::vector<step> &steps_;
    std::string phase_;
};

} // namespace

std::vector<step> curve_steps(const options &o, const std::vector<block> &plan, stage &stage) {
    unsigned rounds = 0;
    for (const auto &b : plan)
        rounds = std::max(rounds, b.rounds);
    std::vector<step> steps;
    for (unsigned round = 0; round < rounds; ++round)
        for (const auto &b : plan)
            if (round < b.rounds) {
                round_of r(o, stage, b, round, steps);
                if (fit_together(b.n))
                    r.together();
                else
                    r.one_by_one();
            }
    return steps;
}

} // namespace ferry::bench
