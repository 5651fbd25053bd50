// SPDX-License-Identifier: BSL-1.0
#pragma once

// A look at the eight slots of a bucket: which ones have a tag, and which ones end the path here.
//
// The lanes need not be read at one instant, because they are only hints. A thread that acts on a
// lane loads its slot again, atomically, except in the one case that P3 covers (node/walk.hpp). A
// lane that was passed over needs no second look. Its slot was neither EMPTY nor SEALED, so it
// changes to TOMBSTONE at most (S1) and will never hold the sought key.
//
// The language does not call the vector loads atomic. The processors for which they are compiled
// never tear an aligned 8-byte lane. Under ThreadSanitizer, and on processors without these
// vectors, each slot is loaded atomically.

#include "ferry/detail/node/slot.hpp"

#include <bit>

#if FERRY_PROBE != 0
#include <immintrin.h>
#endif

FERRY_ENGINE_BEGIN

/// Some of a bucket's slots. Slot i is bit i * Stride.
template <unsigned Stride>
class slot_set {
public:
    constexpr explicit slot_set(unsigned bits) noexcept : bits_(bits) {}

    constexpr bool empty() const noexcept { return bits_ == 0; }
    constexpr unsigned first() const noexcept {
        return static_cast<unsigned>(std::countr_zero(bits_)) / Stride;
    }
    /// The first slot, of the bucket that was looked at.
    const slot &first_in(const bucket &at) const noexcept {
        // In bytes, so that no instruction divides by the stride.
        static_assert(sizeof(slot) % Stride == 0);
        const auto *slots = reinterpret_cast<const std::byte *>(at.slots);
        return *reinterpret_cast<const slot *>(
            slots +
            std::size_t{static_cast<unsigned>(std::countr_zero(bits_))} * (sizeof(slot) / Stride));
    }
    constexpr void drop_first() noexcept { bits_ &= bits_ - 1; }

private:
    unsigned bits_;
};

/// A view by one atomic load for each slot.
class scalar_view {
public:
    explicit scalar_view(const bucket &at) noexcept {
        for (unsigned i = 0; i < bucket_slots; ++i) {
            words_[i] = at.slots[i].load();
        }
    }

    /// The slots with this tag. EMPTY, SEALED and TOMBSTONE have the tag 0.
    slot_set<1> matches(std::uint64_t tag) const noexcept {
        unsigned bits = 0;
        for (unsigned i = 0; i < bucket_slots; ++i) {
            bits |= static_cast<unsigned>(words_[i].tag() == tag) << i;
        }
        return slot_set<1>(bits);
    }

    /// The slots that are EMPTY or SEALED.
    slot_set<1> stops() const noexcept {
        unsigned bits = 0;
        for (unsigned i = 0; i < bucket_slots; ++i) {
            bits |= static_cast<unsigned>(words_[i].is_empty() || words_[i].is_sealed()) << i;
        }
        return slot_set<1>(bits);
    }

private:
    slot_word words_[bucket_slots];
};

#if FERRY_PROBE == 3

class bucket_view {
public:
    [[gnu::always_inline]] explicit bucket_view(const bucket &at) noexcept {
        detail::compiler_barrier();
        words_ = _mm512_load_si512(&at);
        detail::compiler_barrier();
    }

    [[gnu::always_inline]] slot_set<1> matches(std::uint64_t tag) const noexcept {
        // maskz with all lanes, because g++ 12 warns of an undefined operand in the plain form.
        const __m512i tags = _mm512_maskz_srli_epi64(0xff, words_, slot_word::tag_shift);
        return set_of(
            _mm512_cmpeq_epi64_mask(tags, _mm512_set1_epi64(static_cast<long long>(tag))));
    }

    [[gnu::always_inline]] slot_set<1> stops() const noexcept {
        return set_of(_mm512_cmple_epu64_mask(words_, _mm512_set1_epi64(1)));
    }

private:
    // If g++ 12 has no register to spare, it extends a mask to an unsigned int by storing one byte
    // and loading four. The other three bytes are then whatever the memory held.
    [[gnu::always_inline]] static slot_set<1> set_of(__mmask8 mask) noexcept {
        unsigned bits;
        asm("kmovw %1, %0" : "=r"(bits) : "k"(mask));
        return slot_set<1>(bits & 0xff);
    }

    __m512i words_;
};

#elif FERRY_PROBE == 2

class bucket_view {
public:
    [[gnu::always_inline]] explicit bucket_view(const bucket &at) noexcept {
        const auto *from = reinterpret_cast<const __m256i *>(&at);
        detail::compiler_barrier();
        words_[0] = _mm256_load_si256(from);
        words_[1] = _mm256_load_si256(from + 1);
        detail::compiler_barrier();
    }

    [[gnu::always_inline]] slot_set<1> matches(std::uint64_t tag) const noexcept {
        const __m256i wanted = _mm256_set1_epi64x(static_cast<long long>(tag));
        const auto match = [&](__m256i words) {
            return _mm256_cmpeq_epi64(_mm256_srli_epi64(words, slot_word::tag_shift), wanted);
        };
        return set_of(match(words_[0]), match(words_[1]));
    }

    [[gnu::always_inline]] slot_set<1> stops() const noexcept {
        const auto stop = [](__m256i words) {
            return _mm256_cmpeq_epi64(_mm256_srli_epi64(words, 1), _mm256_setzero_si256());
        };
        return set_of(stop(words_[0]), stop(words_[1]));
    }

private:
    [[gnu::always_inline]] static slot_set<1> set_of(__m256i low, __m256i high) noexcept {
        const auto lanes = [](__m256i words) {
            return static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(words)));
        };
        return slot_set<1>(lanes(low) | lanes(high) << 4);
    }

    __m256i words_[2];
};

#elif FERRY_PROBE == 1

class bucket_view {
public:
    [[gnu::always_inline]] explicit bucket_view(const bucket &at) noexcept {
        const auto *from = reinterpret_cast<const __m128i *>(&at);
        detail::compiler_barrier();
        for (unsigned i = 0; i < 4; ++i) {
            words_[i] = _mm_load_si128(from + i);
        }
        detail::compiler_barrier();
    }

    [[gnu::always_inline]] slot_set<2> matches(std::uint64_t tag) const noexcept {
        // The tags as sign-extended 16-bit numbers, so that packing them saturates none.
        const __m128i tags = _mm_packs_epi32(_mm_srai_epi32(halves<1>(words_[0], words_[1]), 16),
                                             _mm_srai_epi32(halves<1>(words_[2], words_[3]), 16));
        const __m128i match = _mm_cmpeq_epi16(tags, _mm_set1_epi16(static_cast<short>(tag)));
        return slot_set<2>(static_cast<unsigned>(_mm_movemask_epi8(match)) & 0x5555);
    }

    [[gnu::always_inline]] slot_set<2> stops() const noexcept {
        const __m128i stop =
            _mm_packs_epi32(stops_of(words_[0], words_[1]), stops_of(words_[2], words_[3]));
        return slot_set<2>(static_cast<unsigned>(_mm_movemask_epi8(stop)) & 0x5555);
    }

private:
    static_assert(slot_word::tag_shift == 48);

    /// The upper (1) or lower (0) 32-bit halves of four words.
    template <int Upper>
    [[gnu::always_inline]] static __m128i halves(__m128i low, __m128i high) noexcept {
        return _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(low), _mm_castsi128_ps(high),
                                               _MM_SHUFFLE(2 + Upper, Upper, 2 + Upper, Upper)));
    }

    /// For each of four words 32 bits: all ones if the word is 0 or 1, otherwise zero.
    [[gnu::always_inline]] static __m128i stops_of(__m128i low, __m128i high) noexcept {
        const __m128i rest =
            _mm_or_si128(halves<1>(low, high), _mm_srli_epi32(halves<0>(low, high), 1));
        return _mm_cmpeq_epi32(rest, _mm_setzero_si128());
    }

    __m128i words_[4];
};

#else

using bucket_view = scalar_view;

#endif

FERRY_ENGINE_END
