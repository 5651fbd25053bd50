// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/platform/clock.hpp"

#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/tuning.hpp"

#include <time.h>

FERRY_DETAIL_BEGIN

std::uint64_t steady_nanoseconds() noexcept {
    timespec time{};
    if (clock_gettime(CLOCK_MONOTONIC, &time) != 0) {
        // Time goes on with each call, so that nothing waits forever.
        static constinit atomic<std::uint64_t> calls{0};
        return calls.fetch_add(1, relaxed) * attempt_interval; // relaxed: only a number
    }
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u +
           static_cast<std::uint64_t>(time.tv_nsec);
}

FERRY_DETAIL_END
