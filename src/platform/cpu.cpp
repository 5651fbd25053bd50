// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/platform/cpu.hpp"

#include "ferry/detail/platform/atomic.hpp"

#include <algorithm>
#include <thread>

FERRY_DETAIL_BEGIN

unsigned processor_count() noexcept {
    // Threads that ask first at the same time each compute the same number.
    static constinit atomic<unsigned> known{0};
    unsigned count = known.load(relaxed); // relaxed: only the number itself matters
    if (count == 0) {
        count = std::max(1u, std::thread::hardware_concurrency());
        known.store(count, relaxed); // relaxed: as above
    }
    return count;
}

FERRY_DETAIL_END
