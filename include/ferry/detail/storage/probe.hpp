// SPDX-License-Identifier: BSL-1.0
#pragma once

// A look at the eight slots of a bucket: which carry a tag, and which end the path here.
//
// The lanes need not be read at one instant, and each result is only a hint where to look: whoever
// acts on a lane loads its slot again, atomically. That a lane was passed over is final, because
// a slot that is neither EMPTY nor SEALED changes to GAP at most (S1): it will never hold what is
// looked for. The vector loads are not atomic by the letter of the language; on the processors
// they are compiled for, an aligned 8-byte lane is never torn. Under ThreadSanitizer, and wherever
// there are no such vectors, each slot is loaded atomically.

#include "ferry/detail/entry/slot.hpp"

#include <bit>

#if FERRY_PROBE != 0
#include <immintrin.h>
#endif

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// Bit i is about slot i. `matches`: its tag is the one looked for (it may yet be no link).
/// `stops`: it is EMPTY or SEALED.
struct probe_result {
    unsigned matches;
    unsigned stops;

    /// Matches on the path: before the first stop.
    constexpr unsigned candidates() const noexcept {
        return matches & ((stops & (0u - stops)) - 1u);
    }
};

constexpr unsigned lowest_lane(unsigned lanes) noexcept {
    return static_cast<unsigned>(std::countr_zero(lanes));
}

/// One atomic load a slot: what every other probe is checked against.
inline probe_result probe_scalar(const bucket &at, std::uint64_t tag) noexcept {
    probe_result seen{0, 0};
    for (unsigned i = 0; i < bucket_slots; ++i) {
        const slot_word word = at.slots[i].load();
        seen.matches |= static_cast<unsigned>(word.tag() == tag) << i;
        seen.stops |= static_cast<unsigned>(word.is_empty() || word.is_sealed()) << i;
    }
    return seen;
}

#if FERRY_PROBE == 3

/// A mask as a number. g++ 12 extends a mask to an unsigned int by storing one byte and loading
/// four when it has no register to spare: the other three are what was in memory before.
[[gnu::always_inline]] inline unsigned lanes_of(__mmask8 mask) noexcept {
    unsigned lanes;
    asm("kmovb %1, %0" : "=r"(lanes) : "k"(mask));
    return lanes;
}

[[gnu::always_inline]] inline probe_result probe(const bucket &at, std::uint64_t tag) noexcept {
    detail::compiler_barrier();
    const __m512i words = _mm512_load_si512(&at);
    detail::compiler_barrier();
    // maskz with all lanes: the plain form makes g++ 12 warn of an undefined operand.
    const __m512i tags = _mm512_maskz_srli_epi64(0xff, words, slot_word::tag_shift);
    return {lanes_of(_mm512_cmpeq_epi64_mask(tags, _mm512_set1_epi64(static_cast<long long>(tag)))),
            lanes_of(_mm512_cmple_epu64_mask(words, _mm512_set1_epi64(1)))};
}

#elif FERRY_PROBE == 2

[[gnu::always_inline]] inline probe_result probe(const bucket &at, std::uint64_t tag) noexcept {
    detail::compiler_barrier();
    const auto *from = reinterpret_cast<const __m256i *>(&at);
    const __m256i words[2] = {_mm256_load_si256(from), _mm256_load_si256(from + 1)};
    detail::compiler_barrier();
    const __m256i wanted = _mm256_set1_epi64x(static_cast<long long>(tag));
    probe_result seen{0, 0};
    for (unsigned half = 0; half < 2; ++half) {
        const __m256i match =
            _mm256_cmpeq_epi64(_mm256_srli_epi64(words[half], slot_word::tag_shift), wanted);
        const __m256i stop =
            _mm256_cmpeq_epi64(_mm256_srli_epi64(words[half], 1), _mm256_setzero_si256());
        seen.matches |= static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(match)))
                        << (half * 4);
        seen.stops |= static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(stop)))
                      << (half * 4);
    }
    return seen;
}

#elif FERRY_PROBE == 1

namespace sse2 {

/// The odd (1) or even (0) 32-bit halves of four 64-bit words.
template <int Odd>
[[gnu::always_inline]] inline __m128i halves(__m128i low, __m128i high) noexcept {
    return _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(low), _mm_castsi128_ps(high),
                                           _MM_SHUFFLE(2 + Odd, Odd, 2 + Odd, Odd)));
}

/// One bit for each of eight 32-bit lanes that are 0 or all ones.
[[gnu::always_inline]] inline unsigned lanes(__m128i low, __m128i high) noexcept {
    const __m128i narrow = _mm_packs_epi32(low, high);
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(narrow, _mm_setzero_si128())));
}

} // namespace sse2

[[gnu::always_inline]] inline probe_result probe(const bucket &at, std::uint64_t tag) noexcept {
    detail::compiler_barrier();
    const auto *from = reinterpret_cast<const __m128i *>(&at);
    const __m128i words[4] = {_mm_load_si128(from), _mm_load_si128(from + 1),
                              _mm_load_si128(from + 2), _mm_load_si128(from + 3)};
    detail::compiler_barrier();
    const __m128i wanted = _mm_set1_epi32(static_cast<int>(tag));
    const __m128i zero = _mm_setzero_si128();
    __m128i match[2];
    __m128i stop[2];
    for (int half = 0; half < 2; ++half) {
        const __m128i upper = sse2::halves<1>(words[half * 2], words[half * 2 + 1]);
        const __m128i lower = sse2::halves<0>(words[half * 2], words[half * 2 + 1]);
        match[half] = _mm_cmpeq_epi32(_mm_srli_epi32(upper, slot_word::tag_shift - 32), wanted);
        stop[half] = _mm_cmpeq_epi32(_mm_or_si128(upper, _mm_srli_epi32(lower, 1)), zero);
    }
    return {sse2::lanes(match[0], match[1]), sse2::lanes(stop[0], stop[1])};
}

#else

[[gnu::always_inline]] inline probe_result probe(const bucket &at, std::uint64_t tag) noexcept {
    return probe_scalar(at, tag);
}

#endif

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
