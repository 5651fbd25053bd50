// SPDX-License-Identifier: BSL-1.0
#pragma once

// Mixes bits, hashes words and bytes with a key, and makes keys.
//
//   mix              no key: spreads the bits of hashes that are not good enough for a table
//   keyed_bijection  of 64-bit words
//   byte_hasher      of byte strings
//
// The comments of the two that have a key say what an observer can and cannot do against them.

#include "ferry/detail/platform/abi.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

FERRY_DETAIL_BEGIN

/// The finalizer of SplitMix64 with the constants of P. Evensen's "moremur": a bijection in which
/// every bit of the input changes each bit of the output with a probability close to one half.
/// It has no key: anybody can compute it and its inverse.
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x ^= x >> 27;
    x *= 0x3c79ac492ba7b653u;
    x ^= x >> 33;
    x *= 0x1c69b3f74ac4ae35u;
    x ^= x >> 27;
    return x;
}

/// The key of a hash: 256 bits.
struct key_material {
    std::uint64_t words[4];

    /// Makes a key from 64 bits, for hashes that have to be the same in each run. Anybody who knows
    /// the seed, or one word, can compute the rest.
    static constexpr key_material expand(std::uint64_t seed) noexcept {
        // Digits of pi: related seeds must not have words in common.
        const std::uint64_t base = mix(seed ^ 0x243f6a8885a308d3u);
        return {{mix(base ^ 0x13198a2e03707344u), mix(base ^ 0xa4093822299f31d0u),
                 mix(base ^ 0x082efa98ec4e6c89u), mix(base ^ 0x452821e638d01377u)}};
    }
};

/// A new key from the system's random numbers. All its bits are its own, and no key tells anything
/// about another, in this process or in one forked from it. Nothing is kept. If the system has no
/// entropy yet, it returns weaker numbers, and the call does not wait. If it returns none at all,
/// the key comes from the clock, addresses and the process number, and can be guessed. Usually one
/// system call; lock-free.
FERRY_API key_material random_key() noexcept;

/// A bijection of 64-bit words, chosen by a key, for hashes whose top bits index a table.
///
///   x ^ offset  →  · first  →  fold  →  · (2x + middle)  →  swap halves  →  · last  →  fold
///
/// The multipliers are odd and secret. A fold, x ^ x >> 32, moves what the upper half has gathered
/// down to where the next multiplication spreads it. So does the swap, a cycle sooner; with two
/// swaps regular words fill tables worse than random ones. The last fold serves the low bits. The
/// quadratic step is that of RC6 (Rivest, Robshaw, Sidney, Yin 1998).
///
/// Assume an observer who sees no hashes, and nothing that follows from them, such as the order of
/// an iteration. For any two different words that he names, the top B bits of their hashes are
/// equal with a probability, over the keys, of at most 2 / 2^B. Multiplication by a random odd
/// number has this property for any two different words (Dietzfelbinger, Hagerup, Katajainen,
/// Penttonen 1997). The steps before `last` are a bijection that does not depend on it. The fold
/// after it changes neither the upper half nor which words agree in their top bits. Bad keys
/// exist, such as one whose multipliers are all 1, and are too rare to be drawn: under each of many
/// random keys, words in regular patterns fill tables like random words
/// (test/unit/keyed_bijection.cpp), because each step makes up for a poor multiplier in another.
///
/// An observer who sees the order of hashes of words that he chose is not kept out; this is no
/// cipher. These attacks were tried (test/api/floods.cpp):
///   - Two words that differ in bit 63 differ in just that bit after `first`. Without the quadratic
///     step such pairs reveal `last`. A search from the top bits down then finds all three numbers
///     from the order of 20,000 words, in seconds. The quadratic step turns the one difference into
///     another for each word.
///   - If the difference after `first` is in bits 63 and 31 only, the first fold cancels the lower
///     bit, and the quadratic step keeps the upper one. So the autocorrelation of the order has a
///     peak, which reveals the lower half of `first`. The peak stands out of the noise at about
///     2^25 words, even if `offset` is known. Of that many words, a thousand are neighbours within
///     2^-15 of the range. They can be sent to a table of 2^15 homes without any analysis.
class keyed_bijection {
public:
    explicit constexpr keyed_bijection(const key_material &key) noexcept
        : offset_(key.words[0]), first_(key.words[1] | 1), middle_(key.words[2] | 1),
          last_(key.words[3] | 1) {}

    constexpr std::uint64_t operator()(std::uint64_t x) const noexcept {
        x = unfolded(x);
        return x ^ x >> 32;
    }

    /// The hash without the last fold: the same in the upper half, which does not wait for it.
    constexpr std::uint64_t unfolded(std::uint64_t x) const noexcept {
        x = (x ^ offset_) * first_;
        x ^= x >> 32;
        x *= 2 * x + middle_;
        return std::rotl(x, 32) * last_;
    }

    /// The word whose hash is `hash`: inverse((*this)(x)) == x. About forty multiplications.
    constexpr std::uint64_t inverse(std::uint64_t hash) const noexcept {
        const std::uint64_t y = (hash ^ hash >> 32) * reciprocal(last_);
        std::uint64_t x = divide_middle(std::rotl(y, 32));
        x ^= x >> 32;
        return (x * reciprocal(first_)) ^ offset_;
    }

private:
    /// The reciprocal of an odd number modulo 2^64, right in five bits (P. Montgomery).
    static constexpr std::uint64_t five_bits(std::uint64_t odd) noexcept { return (3 * odd) ^ 2; }

    /// The reciprocal modulo 2^64. Newton's iteration doubles the number of right bits.
    static constexpr std::uint64_t reciprocal(std::uint64_t odd) noexcept {
        std::uint64_t r = five_bits(odd);
        for (int bits = 5; bits < 64; bits *= 2) {
            r *= 2 - odd * r;
        }
        return r;
    }

    /// The x with x · (2x + middle) = y, by Newton's iteration. It applies because the derivative,
    /// 4x + middle, is odd. The derivative's reciprocal is improved together with x.
    constexpr std::uint64_t divide_middle(std::uint64_t y) const noexcept {
        const std::uint64_t r0 = five_bits(middle_);
        std::uint64_t x = y;      // right in one bit
        x = r0 * (y - 2 * x * x); // in three
        x = r0 * (y - 2 * x * x); // in five
        std::uint64_t r = five_bits(4 * x + middle_);
        for (int bits = 5; bits < 64; bits *= 2) {
            x -= r * (x * (2 * x + middle_) - y);
            r *= 2 - (4 * x + middle_) * r;
        }
        return x;
    }

    std::uint64_t offset_;
    std::uint64_t first_;
    std::uint64_t middle_;
    std::uint64_t last_;
};

/// Two factors in one word: high + (low ^ (2a + b)), of the halves of the 128-bit product.
///
/// wyhash takes the XOR of the halves alone. That has a weakness. If all bits of one factor or of
/// both are turned, one half grows by about as much as the other shrinks. The XOR stays the same if
/// the carries of the one are the borrows of the other: with a probability of about (3/4)^63, or
/// 2^-26. 2a + b changes otherwise, and is ready before the product is.
///
/// This function was chosen by counting, with factors of 8 to 12 bits, how often a difference of
/// the factors leads to one and the same difference of the results (bench/notes.md). For the
/// likeliest, two bits in one factor that are half a word apart, the probability falls by three
/// quarters of a bit with each bit of the factors. That makes 2^-48 with 64 bits, which is
/// extrapolated.
inline std::uint64_t folded_multiply(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using wide = unsigned __int128;
    const wide product = static_cast<wide>(a) * b;
    const auto low = static_cast<std::uint64_t>(product);
    const auto high = static_cast<std::uint64_t>(product >> 64);
    return (low ^ (2 * a + b)) + high; // in this order: g++ 12 keeps it in registers
}

inline std::uint64_t read_8(const char *from) noexcept {
    std::uint64_t bits;
    std::memcpy(&bits, from, sizeof bits);
    return bits;
}

inline std::uint64_t read_4(const char *from) noexcept {
    std::uint32_t bits;
    std::memcpy(&bits, from, sizeof bits);
    return bits;
}

/// Hashes bytes, 16 at a time, in the manner of Wang Yi's wyhash, with secret numbers throughout.
///
/// The end of a string is read as two words, a and b. Depending on the size they overlap each
/// other, or bytes that were read before. So strings of different sizes can read the same words.
/// Therefore the size enters after the product of a and b, where no word cancels it. What follows
/// is a bijection:
///   - Strings with the same words differ in size, and never collide.
///   - Other strings differ in their words. Each factor is a word of the string combined with a
///     secret one. So an observer who sees no hashes makes two products equal, or different by just
///     the xor of the sizes, only by chance. This is not proven.
/// The last multiplication has the property of the one in keyed_bijection: numbers that differ
/// before it share the top B bits with a probability of at most 2 / 2^B.
class byte_hasher {
public:
    explicit constexpr byte_hasher(const key_material &key) noexcept
        : start_(key.words[0]), other_(key.words[1]), next_to_last_(key.words[2] | 1),
          last_(key.words[3] | 1) {}

    std::uint64_t operator()(const char *bytes, std::size_t size) const noexcept {
        std::uint64_t state = start_;
        std::uint64_t a = 0;
        std::uint64_t b = 0;
        if (size > 16) {
            std::size_t left = size;
            const char *from = bytes;
            for (; left > 16; left -= 16, from += 16) {
                state = folded_multiply(read_8(from) ^ other_, read_8(from + 8) ^ state);
            }
            a = read_8(bytes + size - 16);
            b = read_8(bytes + size - 8);
        } else if (size >= 8) {
            a = read_8(bytes);
            b = read_8(bytes + size - 8);
        } else if (size >= 4) {
            a = read_4(bytes);
            b = read_4(bytes + size - 4);
        } else if (size > 0) {
            a = static_cast<unsigned char>(bytes[0]) |
                (std::uint64_t{static_cast<unsigned char>(bytes[size / 2])} << 8) |
                (std::uint64_t{static_cast<unsigned char>(bytes[size - 1])} << 16);
        }
        std::uint64_t x = (folded_multiply(a ^ other_, b ^ state) ^ size) * next_to_last_;
        x ^= x >> 32;
        x *= last_;
        return x ^ x >> 32;
    }

private:
    std::uint64_t start_;
    std::uint64_t other_;
    std::uint64_t next_to_last_;
    std::uint64_t last_;
};

FERRY_DETAIL_END
