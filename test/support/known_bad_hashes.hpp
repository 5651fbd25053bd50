// SPDX-License-Identifier: BSL-1.0
#pragma once

// Hashes with known defects: what finds the defects has to find them here.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <ferry/detail/platform/hashing.hpp>

namespace ferry::test::known_bad {

// The inverse of an odd number modulo 2^64, by Newton's iteration.
constexpr std::uint64_t reciprocal(std::uint64_t odd) {
    std::uint64_t x = odd;
    for (int i = 0; i < 6; ++i)
        x *= 2 - odd * x;
    return x;
}

// The inverse of detail::mix.
constexpr std::uint64_t unmix(std::uint64_t x) {
    x ^= x >> 27 ^ x >> 54;
    x *= reciprocal(0x1c69b3f74ac4ae35u);
    x ^= x >> 33;
    x *= reciprocal(0x3c79ac492ba7b653u);
    x ^= x >> 27 ^ x >> 54;
    return x;
}

// The seed is added to the key, and everything after it is known to everybody.
struct public_mixer {
    using is_avalanching = void;
    using is_cheap = void;
    std::uint64_t seed;
    std::uint64_t operator()(std::uint64_t key) const noexcept { return detail::mix(key ^ seed); }
};

// Secret multipliers, but one step too few.
struct two_multiplications {
    using is_avalanching = void;
    using is_cheap = void;
    std::uint64_t offset;
    std::uint64_t first;
    std::uint64_t last;
    std::uint64_t operator()(std::uint64_t key) const noexcept {
        std::uint64_t x = (key ^ offset) * first;
        x ^= x >> 32;
        return x * last;
    }
};

// Seeds that are drawn from one secret of the process.
class counted_seeds {
public:
    explicit counted_seeds(std::uint64_t secret) : secret_(secret) {}
    std::uint64_t next() { return detail::mix(secret_ + 0x9e3779b97f4a7c15u * drawn_++); }
    // The seed drawn after `seed`.
    static std::uint64_t after(std::uint64_t seed) {
        return detail::mix(unmix(seed) + 0x9e3779b97f4a7c15u);
    }

private:
    std::uint64_t secret_;
    std::uint64_t drawn_ = 0;
};

// The XOR of the halves of the product, and nothing else: it is often the same for the complements
// of its factors.
inline std::uint64_t folded_multiply(std::uint64_t a, std::uint64_t b) {
    __extension__ using wide = unsigned __int128;
    const wide product = static_cast<wide>(a) * b;
    return static_cast<std::uint64_t>(product ^ product >> 64);
}

// The size is only added to what is added to a word of the string.
class size_beside_a_word {
public:
    explicit size_beside_a_word(std::uint64_t seed)
        : start_(detail::mix(seed)), odd_(detail::mix(seed + 0x9e3779b97f4a7c15u) | 1),
          other_(detail::mix(seed + 0x3c6ef372fe94f82au) | 1) {}

    std::uint64_t operator()(std::string_view text) const {
        const char *const bytes = text.data();
        const std::size_t size = text.size();
        std::uint64_t state = start_ ^ size;
        std::uint64_t a = 0;
        std::uint64_t b = 0;
        if (size > 16) {
            const char *from = bytes;
            for (std::size_t left = size; left > 16; left -= 16, from += 16)
                state =
                    folded_multiply(detail::read_8(from) ^ odd_, detail::read_8(from + 8) ^ state);
            a = detail::read_8(bytes + size - 16);
            b = detail::read_8(bytes + size - 8);
        } else if (size >= 8) {
            a = detail::read_8(bytes);
            b = detail::read_8(bytes + size - 8);
        } else if (size >= 4) {
            a = detail::read_4(bytes);
            b = detail::read_4(bytes + size - 4);
        } else if (size > 0) {
            a = static_cast<unsigned char>(bytes[0]) |
                (std::uint64_t{static_cast<unsigned char>(bytes[size / 2])} << 8) |
                (std::uint64_t{static_cast<unsigned char>(bytes[size - 1])} << 16);
        }
        return detail::mix(folded_multiply(a ^ odd_, b ^ state) ^ other_);
    }

private:
    std::uint64_t start_;
    std::uint64_t odd_;
    std::uint64_t other_;
};

} // namespace ferry::test::known_bad
