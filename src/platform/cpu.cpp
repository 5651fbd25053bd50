// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/platform/cpu.hpp"

#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/wide_cas_instruction.hpp"

#include <algorithm>
#include <thread>

#ifdef __x86_64__
#include <cpuid.h>
#endif

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

bool has_wide_cas() noexcept {
#ifdef __x86_64__
    // Asked once: where a hypervisor answers, it takes microseconds.
    enum : unsigned { unknown, present, missing };
    static constinit atomic<unsigned> known{unknown};
    unsigned answer = known.load(relaxed); // relaxed: only the answer itself matters
    if (answer == unknown) {
        unsigned eax = 0;
        unsigned ebx = 0;
        unsigned ecx = 0;
        unsigned edx = 0;
        const bool told = __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0;
        answer = told && (ecx & bit_CMPXCHG16B) != 0 ? present : missing;
        known.store(answer, relaxed); // relaxed: as above
    }
    return answer == present;
#else
    return true; // part of the architecture
#endif
}

FERRY_DETAIL_END
