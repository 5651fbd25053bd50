// SPDX-License-Identifier: BSL-1.0
#pragma once

// A look at the cells of a bucket: which one holds a key word, and where a key may change.
//
// The lanes need not be read at one instant (flat/find.hpp says why). The language does not call
// the vector loads atomic. The processors for which they are compiled never tear an aligned 8-byte
// lane. Under ThreadSanitizer, and on processors without these vectors, each word is loaded
// atomically.

#include "ferry/detail/flat/cell.hpp"

#include <bit>
#include <utility>

#if FERRY_PROBE != 0
#include <immintrin.h>
#endif

FERRY_ENGINE_BEGIN

/// Some of the cells of a bucket. Cell i is bit i * Stride.
template <unsigned Stride>
class cell_set {
public:
    constexpr explicit cell_set(unsigned bits) noexcept : bits_(bits) {}

    constexpr bool empty() const noexcept { return bits_ == 0; }
    /// The first of them, in `of`.
    [[gnu::always_inline]] const cell &first_in(const cell_bucket &of) const noexcept {
        constexpr std::size_t bytes_per_bit = sizeof(cell) / Stride;
        return *reinterpret_cast<const cell *>(reinterpret_cast<const char *>(&of) +
                                               static_cast<unsigned>(std::countr_zero(bits_)) *
                                                   bytes_per_bit);
    }
    [[gnu::always_inline]] cell &first_in(cell_bucket &of) const noexcept {
        return const_cast<cell &>(first_in(std::as_const(of)));
    }

private:
    unsigned bits_;
};

/// The key words of a bucket's cells, each read by one atomic load.
class scalar_cells {
public:
    explicit scalar_cells(const cell_bucket &in) noexcept {
        for (unsigned i = 0; i < bucket_cells; ++i) {
            words_[i] = in.cells[i].load();
        }
    }

    /// The cells with this word.
    cell_set<1> matches(cell_word wanted) const noexcept {
        return where([=](cell_word word) { return word == wanted; });
    }

    /// The cells that are EMPTY, or belong to the key with this body and are not FROZEN.
    cell_set<1> own_or_empty(std::uint64_t body) const noexcept {
        return where([=](cell_word word) { return word.is_empty() || word.is_unfrozen_for(body); });
    }

private:
    template <class F>
    cell_set<1> where(F &&is_wanted) const noexcept {
        unsigned bits = 0;
        for (unsigned i = 0; i < bucket_cells; ++i) {
            bits |= static_cast<unsigned>(is_wanted(words_[i])) << i;
        }
        return cell_set<1>(bits);
    }

    cell_word words_[bucket_cells];
};

#if FERRY_PROBE == 3

class cells_view {
public:
    [[gnu::always_inline]] explicit cells_view(const cell_bucket &in) noexcept {
        detail::compiler_barrier();
        words_ = _mm512_load_si512(&in);
    }

    [[gnu::always_inline]] cell_set<2> matches(cell_word wanted) const noexcept {
        return set_of(_mm512_mask_cmpeq_epi64_mask(key_words, words_, all(wanted.bits())));
    }

    [[gnu::always_inline]] cell_set<2> own_or_empty(std::uint64_t body) const noexcept {
        const __mmask8 own =
            _mm512_cmpeq_epi64_mask(_mm512_or_si512(words_, all(cell_word::other_bits_of_own)),
                                    all(cell_word::own_mask(body)));
        return set_of(own | _mm512_testn_epi64_mask(words_, words_));
    }

private:
    static constexpr __mmask8 key_words = 0x55;

    [[gnu::always_inline]] static __m512i all(std::uint64_t word) noexcept {
        return _mm512_set1_epi64(static_cast<long long>(word));
    }
    [[gnu::always_inline]] static cell_set<2> set_of(__mmask8 mask) noexcept {
        detail::compiler_barrier(); // after the load, which can be part of the comparison
        unsigned bits;              // not a conversion: see bucket_view in node/probe.hpp
        asm("kmovw %1, %0" : "=r"(bits) : "k"(mask));
        return cell_set<2>(bits & key_words);
    }

    __m512i words_;
};

#elif FERRY_PROBE == 2

class cells_view {
public:
    [[gnu::always_inline]] explicit cells_view(const cell_bucket &in) noexcept {
        const auto *from = reinterpret_cast<const __m256i *>(&in);
        detail::compiler_barrier();
        low_ = _mm256_load_si256(from);
        high_ = _mm256_load_si256(from + 1);
    }

    [[gnu::always_inline]] cell_set<2> matches(cell_word wanted) const noexcept {
        const __m256i word = all(wanted.bits());
        return set_of(_mm256_cmpeq_epi64(low_, word), _mm256_cmpeq_epi64(high_, word));
    }

    [[gnu::always_inline]] cell_set<2> own_or_empty(std::uint64_t body) const noexcept {
        const __m256i own = all(cell_word::own_mask(body));
        const auto is_wanted = [&](__m256i words) {
            const __m256i marked = _mm256_or_si256(words, all(cell_word::other_bits_of_own));
            return _mm256_or_si256(_mm256_cmpeq_epi64(marked, own),
                                   _mm256_cmpeq_epi64(words, _mm256_setzero_si256()));
        };
        return set_of(is_wanted(low_), is_wanted(high_));
    }

private:
    [[gnu::always_inline]] static __m256i all(std::uint64_t word) noexcept {
        return _mm256_set1_epi64x(static_cast<long long>(word));
    }
    /// Of each cell the first of two bits is its key word's.
    [[gnu::always_inline]] static cell_set<2> set_of(__m256i low, __m256i high) noexcept {
        detail::compiler_barrier(); // after the loads, which can be part of the comparisons
        const auto lanes = [](__m256i words) {
            return static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(words)));
        };
        return cell_set<2>((lanes(low) | lanes(high) << 4) & 0x55);
    }

    __m256i low_;
    __m256i high_;
};

#elif FERRY_PROBE == 1

class cells_view {
public:
    [[gnu::always_inline]] explicit cells_view(const cell_bucket &in) noexcept {
        const auto *words = reinterpret_cast<const double *>(&in);
        detail::compiler_barrier();
        low_ = _mm_castpd_si128(_mm_loadh_pd(_mm_load_sd(words), words + 2));
        high_ = _mm_castpd_si128(_mm_loadh_pd(_mm_load_sd(words + 4), words + 6));
    }

    [[gnu::always_inline]] cell_set<4> matches(cell_word wanted) const noexcept {
        const __m128i word = all(wanted.bits());
        return cell_set<4>(both_halves(_mm_cmpeq_epi32(low_, word), _mm_cmpeq_epi32(high_, word)));
    }

    [[gnu::always_inline]] cell_set<4> own_or_empty(std::uint64_t body) const noexcept {
        const __m128i own = all(cell_word::own_mask(body));
        const __m128i others = all(cell_word::other_bits_of_own);
        const __m128i zero = _mm_setzero_si128();
        return cell_set<4>(both_halves(_mm_cmpeq_epi32(_mm_or_si128(low_, others), own),
                                       _mm_cmpeq_epi32(_mm_or_si128(high_, others), own)) |
                           both_halves(_mm_cmpeq_epi32(low_, zero), _mm_cmpeq_epi32(high_, zero)));
    }

private:
    [[gnu::always_inline]] static __m128i all(std::uint64_t word) noexcept {
        return _mm_set1_epi64x(static_cast<long long>(word));
    }
    /// The words of which both halves are marked. Each half becomes two bits of the mask.
    [[gnu::always_inline]] static unsigned both_halves(__m128i low, __m128i high) noexcept {
        detail::compiler_barrier(); // after the loads
        const auto halves = static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi32(low, high)));
        return halves & halves >> 2 & 0x1111;
    }

    __m128i low_;  // the key words of cells 0 and 1
    __m128i high_; // of cells 2 and 3
};

#else

using cells_view = scalar_cells;

#endif

FERRY_ENGINE_END
