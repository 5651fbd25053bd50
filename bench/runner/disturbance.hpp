// SPDX-License-Identifier: BSL-1.0
#pragma once

// Runs during which something else took the workers' processors: whatever map they hit looks slow.

#include "runner/recorder.hpp"
#include "runner/team.hpp"

#include <chrono>
#include <utility>

namespace ferry::bench {

// A team that fits may wait for processors for this share of its time.
inline constexpr double tolerable_waiting = 0.03;

// run() gives its `time` and what was `wrong`. If other programs had the workers wait, it is called
// again, up to three times in all and for no more than half a second, and what waited least is
// given; what is wrong is given at once. No map is looked at: all have the same chance.
template <class Run>
auto least_disturbed(const team &who, Run run) {
    constexpr int most_runs = 3;
    constexpr std::chrono::milliseconds most_time{500};

    const auto begin = clock::now();
    auto best = run();
    for (int runs = 1; runs != most_runs && who.fits() && best.wrong.empty() &&
                       best.time.waited > tolerable_waiting && clock::now() < begin + most_time;
         ++runs) {
        auto again = run();
        if (!again.wrong.empty() || again.time.waited < best.time.waited)
            best = std::move(again);
    }
    return best;
}

// More threads than processors wait anyway.
inline void note_waiting(record &r, const team &who, double waited) {
    if (who.fits())
        r.counters.emplace_back("waited", waited);
}

} // namespace ferry::bench
