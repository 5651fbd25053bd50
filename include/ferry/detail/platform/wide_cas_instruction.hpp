// SPDX-License-Identifier: BSL-1.0
#pragma once

// The processor's compare-and-swap of 16 bytes, without compiler flags and without a library.
//
// Mixed sizes. Other threads load and change each word by itself, with atomic operations of 8
// bytes. The language has no rule for that; the processors do:
//   x86-64   A locked instruction owns the cache line while it runs. All locked operations on a
//            line are in one order, whatever their size, and aligned 8-byte loads are whole.
//   aarch64  CASP, and LDAXP with a successful STLXP, are single-copy atomic for each 8-byte half,
//            and exclusive for the whole aligned 16 bytes. A smaller store or atomic operation of
//            another thread in between makes them fail.

#include "ferry/detail/platform/abi.hpp"

#include <cstdint>

FERRY_DETAIL_BEGIN

/// Whether this processor has the instruction. All but the first x86-64 processors have it.
FERRY_API bool has_wide_cas() noexcept;

/// Changes the two words at `at`, which is aligned to 16 bytes, if both are as expected.
/// Sequentially consistent on x86-64; acquire and release on aarch64.
[[gnu::always_inline]] inline bool
wide_cas_instruction(void *at, const std::uint64_t (&expected)[2],
                     const std::uint64_t (&desired)[2]) noexcept {
    __extension__ using sixteen_bytes = unsigned __int128;
    auto &words = *static_cast<sixteen_bytes *>(at);
#if defined(__x86_64__)
    bool done;
    std::uint64_t low = expected[0];
    std::uint64_t high = expected[1];
    asm volatile("lock cmpxchg16b %1"
                 : "=@ccz"(done), "+m"(words), "+a"(low), "+d"(high)
                 : "b"(desired[0]), "c"(desired[1])
                 : "memory");
    return done;
#elif defined(__aarch64__)
    std::uint64_t low;
    std::uint64_t high;
    std::uint32_t failed;
    std::uint32_t done;
    // One block: a store of the compiler's between the two could make the second fail forever. The
    // two loads are one only if the store succeeds, so it stores in any case.
    asm volatile("0: ldaxp %[low], %[high], %[words]\n\t"
                 "cmp %[low], %[expected_low]\n\t"
                 "ccmp %[high], %[expected_high], #0, eq\n\t"
                 "csel %[low], %[desired_low], %[low], eq\n\t"
                 "csel %[high], %[desired_high], %[high], eq\n\t"
                 "stlxp %w[failed], %[low], %[high], %[words]\n\t"
                 "cbnz %w[failed], 0b\n\t"
                 "cset %w[done], eq"
                 : [done] "=r"(done), [words] "+Q"(words), [low] "=&r"(low), [high] "=&r"(high),
                   [failed] "=&r"(failed)
                 : [expected_low] "r"(expected[0]), [expected_high] "r"(expected[1]),
                   [desired_low] "r"(desired[0]), [desired_high] "r"(desired[1])
                 : "cc", "memory");
    return done != 0;
#else
#error "ferry's flat maps need a compare-and-swap of 16 bytes: x86-64 or aarch64"
#endif
}

FERRY_DETAIL_END
