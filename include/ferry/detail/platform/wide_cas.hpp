// SPDX-License-Identifier: BSL-1.0
#pragma once

// A compare-and-swap of two neighbouring 64-bit atomics at once.
//
// ThreadSanitizer does not see the instruction. In its builds we tell it what the instruction
// orders.

#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/wide_cas_instruction.hpp"

#include <cstdint>

#if FERRY_TSAN && !defined(FERRY_MODEL)
extern "C" {
void __tsan_acquire(void *address);
void __tsan_release(void *address);
}
#endif

FERRY_DETAIL_BEGIN

/// Two words that one compare-and-swap can change. The order of each operation is named where it is
/// called.
struct alignas(16) wide_atomic {
    atomic<std::uint64_t> first{0};
    atomic<std::uint64_t> second{0};
};
static_assert(sizeof(wide_atomic) == 16 || sizeof(atomic<std::uint64_t>) != 8);

struct wide_word {
    std::uint64_t first;
    std::uint64_t second;
};

/// Changes both words from `expected` to `desired`. False: they were not both as expected, and
/// nothing changed. Success is acquire and release, for both words. Failure orders nothing.
[[gnu::always_inline]] inline bool wide_compare_exchange(wide_atomic &at, wide_word expected,
                                                         wide_word desired) noexcept {
#ifdef FERRY_MODEL
    return model::compare_exchange_pair(&at, {expected.first, expected.second},
                                        {desired.first, desired.second});
#else
#if FERRY_TSAN
    __tsan_release(&at.first);
    __tsan_release(&at.second);
#endif
    const bool done = wide_cas_instruction(&at, {expected.first, expected.second},
                                           {desired.first, desired.second});
#if FERRY_TSAN
    if (done) {
        __tsan_acquire(&at.first);
        __tsan_acquire(&at.second);
    }
#endif
    return done;
#endif
}

FERRY_DETAIL_END
