// SPDX-License-Identifier: BSL-1.0
#pragma once

// Runs during which something else took the workers' processors: whatever map they hit looks slow.

#include "runner/recorder.hpp"
#include "runner/team.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace ferry::bench {

// run(attempt) gives its `time` and what was `wrong`. If the workers had to wait for processors, it
// is called again, at most twice and not once half a second has passed, and what waited least is
// given, whatever its rate; what is wrong is given at once. (A map with threads of its own makes
// its workers wait by itself.)
template <class Run>
auto least_disturbed(const team &who, Run run) {
    constexpr double tolerable = 0.03; // the share of its time
    constexpr unsigned most_attempts = 3;
    constexpr std::chrono::milliseconds most_time{500};

    const auto begin = clock::now();
    auto best = run(0u);
    for (unsigned attempt = 1;
         attempt != most_attempts && who.fits() && best.wrong.empty() &&
         best.time.waited.value_or(0) > tolerable && clock::now() < begin + most_time;
         ++attempt) {
        auto again = run(attempt);
        if (!again.wrong.empty() || again.time.waited < best.time.waited)
            best = std::move(again);
    }
    return best;
}

// More threads than processors wait anyway.
inline void note_waiting(record &r, const team &who, std::optional<double> waited) {
    if (who.fits() && waited)
        r.counters.emplace_back("waited", *waited);
}

} // namespace ferry::bench
