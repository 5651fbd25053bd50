// SPDX-License-Identifier: BSL-1.0
#pragma once

// A look at the cells of a bucket: which one holds a key word.
//
// The lanes need not be read at one instant (flat/find.hpp says why). The language does not call
// the vector loads atomic. The processors for which they are compiled never tear an aligned 8-byte
// lane. Under ThreadSanitizer, and on processors without these vectors, each word is loaded
// atomically.

#include "ferry/detail/flat/cell.hpp"

#include <bit>

#if FERRY_PROBE != 0
#include <immintrin.h>
#endif

FERRY_ENGINE_BEGIN

/// The cells of a bucket in which a word was seen. Cell i is bit i * Stride.
template <unsigned Stride>
class cell_set {
public:
    constexpr explicit cell_set(unsigned bits) noexcept : bits_(bits) {}

    constexpr bool empty() const noexcept { return bits_ == 0; }
    /// The first of them, in `of`.
    [[gnu::always_inline]] const cell &first_in(const cell_bucket &of) const noexcept {
        constexpr unsigned bytes_per_bit = sizeof(cell) / Stride;
        return *reinterpret_cast<const cell *>(reinterpret_cast<const char *>(&of) +
                                               static_cast<unsigned>(std::countr_zero(bits_)) *
                                                   bytes_per_bit);
    }

private:
    unsigned bits_;
};

/// The cells with this key word, by one atomic load for each.
inline cell_set<1> scalar_matches(const cell_bucket &in, cell_word word) noexcept {
    unsigned bits = 0;
    for (unsigned i = 0; i < bucket_cells; ++i) {
        bits |= static_cast<unsigned>(in.cells[i].load() == word) << i;
    }
    return cell_set<1>(bits);
}

#if FERRY_PROBE == 3

[[gnu::always_inline]] inline cell_set<2> matches(const cell_bucket &in, cell_word word) noexcept {
    const __m512i wanted = _mm512_set1_epi64(static_cast<long long>(word.bits()));
    detail::compiler_barrier();
    const __mmask8 mask = _mm512_mask_cmpeq_epi64_mask(0x55, _mm512_load_si512(&in), wanted);
    detail::compiler_barrier();
    unsigned bits; // not a conversion: see bucket_view in node/probe.hpp
    asm("kmovw %1, %0" : "=r"(bits) : "k"(mask));
    return cell_set<2>(bits & 0x55);
}

#elif FERRY_PROBE == 2

[[gnu::always_inline]] inline cell_set<2> matches(const cell_bucket &in, cell_word word) noexcept {
    const __m256i wanted = _mm256_set1_epi64x(static_cast<long long>(word.bits()));
    const auto lanes = [&](const __m256i *from) {
        return static_cast<unsigned>(_mm256_movemask_pd(
            _mm256_castsi256_pd(_mm256_cmpeq_epi64(_mm256_load_si256(from), wanted))));
    };
    const auto *from = reinterpret_cast<const __m256i *>(&in);
    detail::compiler_barrier();
    const unsigned bits = (lanes(from) | lanes(from + 1) << 4) & 0x55;
    detail::compiler_barrier();
    return cell_set<2>(bits);
}

#elif FERRY_PROBE == 1

[[gnu::always_inline]] inline cell_set<4> matches(const cell_bucket &in, cell_word word) noexcept {
    const __m128i wanted = _mm_set1_epi64x(static_cast<long long>(word.bits()));
    const auto *from = reinterpret_cast<const __m128i *>(&in);
    detail::compiler_barrier();
    // Four bits for each cell: the halves of the key word, and those of the value.
    const auto equal = [&](unsigned i) {
        return _mm_cmpeq_epi32(_mm_load_si128(from + i), wanted);
    };
    const __m128i low = _mm_packs_epi32(equal(0), equal(1));
    const __m128i high = _mm_packs_epi32(equal(2), equal(3));
    detail::compiler_barrier();
    const auto halves = static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(low, high)));
    return cell_set<4>(halves & halves >> 1 & 0x1111);
}

#else

[[gnu::always_inline]] inline cell_set<1> matches(const cell_bucket &in, cell_word word) noexcept {
    return scalar_matches(in, word);
}

#endif

FERRY_ENGINE_END
