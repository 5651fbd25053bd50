// SPDX-License-Identifier: BSL-1.0
#include "curves/steps.hpp"

#include "runner/disturbance.hpp"
#include "workloads/random.hpp"

#include <algorithm>
#include <chrono>

namespace ferry::bench {

namespace {

record measure(const options &o, stage &stage, const occasion &when, const map_entry &map,
               const scenario &what, unsigned threads) {
    subject &subject = stage.set(when, map);
    if (!stage.fault().empty())
        return {0, {}, stage.fault()};
    const team who(threads, o.pinned);
    const run_order order{what.what, who, o.times(what.n),
                          seed_of(name_of(what.what), threads, when.round),
                          stage.skewed_picks(what)};
    const auto result = least_disturbed(who, [&] { return subject.run(order); });
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
        return 2 * inserting; // and then each is looked up
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
    void in_turns() {
        bool first = true;
        for (const auto &s : block_.scenarios)
            for (const auto threads : block_.threads) {
                for_each_map([&](const map_entry &map) { add(map, s, threads, first); });
                first = false;
            }
    }

    // One map does all, then the next.
    void one_by_one() {
        for_each_map([this](const map_entry &map) {
            bool first = true;
            for (const auto &s : block_.scenarios)
                for (const auto threads : block_.threads)
                    if (add(map, s, threads, first))
                        first = false;
        });
    }

private:
    // No map is always first, none always after the same one's long turn.
    template <class Function>
    void for_each_map(Function f) {
        const auto count = o_.maps.size();
        for (std::size_t turn = 0; turn < count; ++turn)
            f(o_.maps[(first_map_ + turn) % count]);
        ++first_map_;
    }

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
                          }});
        return true;
    }

    const options &o_;
    stage &stage_;
    const block &block_;
    unsigned round_;
    std::vector<step> &steps_;
    std::string phase_;
    std::size_t first_map_ = round_;
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
                    r.in_turns();
                else
                    r.one_by_one();
            }
    return steps;
}

} // namespace ferry::bench
