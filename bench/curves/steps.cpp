// SPDX-License-Identifier: BSL-1.0
#include "curves/steps.hpp"

#include "workloads/random.hpp"

#include <chrono>

namespace ferry::bench {

namespace {

record measure(const options &o, stage &stage, const occasion &when, const scenario &what,
               unsigned threads) {
    subject &map = stage.set(when);
    if (!stage.fault().empty())
        return {0, {}, stage.fault()};
    const auto result =
        map.run({what.what, team(threads, o.pinned), o.times(what.n),
                 seed_of(name_of(what.what), threads, when.round), stage.skewed_picks(what)});
    return {result.seconds,
            {{"ops_per_s", result.operations_per_second()},
             {"workers", threads},
             {"n", what.n},
             {"round", when.round},
             {"finished", result.finished}},
            result.wrong};
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

} // namespace

std::vector<step> curve_steps(const options &o, const std::vector<block> &plan, stage &stage) {
    std::vector<step> steps;
    for (const auto &b : plan)
        for (unsigned round = 0; round < b.rounds; ++round)
            for (std::size_t turn = 0; turn < o.maps.size(); ++turn) {
                const auto &map = o.maps[(turn + round) % o.maps.size()]; // no map is always first
                const occasion when{&map, b.use, b.of, b.n, round};
                bool first = true;
                for (const auto &s : b.scenarios) {
                    if (!map.takes_part(s))
                        continue;
                    for (const auto threads : b.threads) {
                        steps.push_back(
                            {"curves/" + name_of(s) + "/workers:" + std::to_string(threads) + '/' +
                                 map.name + "/round:" + std::to_string(round),
                             name_of(b) + ", round " + std::to_string(round + 1) + " of " +
                                 std::to_string(b.rounds),
                             map.name + ", " + std::string(name_of(s.what)) + ' ' +
                                 std::string(name_of(s.choice)) + ", " + threads_in_words(threads),
                             expected_seconds(o, b, first), [&o, &stage, when, s, threads] {
                                 return measure(o, stage, when, s, threads);
                             }});
                        first = false;
                    }
                }
            }
    return steps;
}

} // namespace ferry::bench
