// SPDX-License-Identifier: BSL-1.0
#pragma once

// Mixing bits, hashing bytes, and where seeds come from.

#include "ferry/detail/platform/abi.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ferry::inline FERRY_ABI::detail {

/// A new seed: unpredictable, different at each call. Lock-free.
FERRY_API std::uint64_t random_seed() noexcept;

/// The finalizer of SplitMix64 with the constants of P. Evensen's "moremur": a bijection in which
/// every bit of the input changes each bit of the output with a probability close to one half.
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x ^= x >> 27;
    x *= 0x3c79ac492ba7b653u;
    x ^= x >> 33;
    x *= 0x1c69b3f74ac4ae35u;
    x ^= x >> 27;
    return x;
}

/// The two halves of the 128-bit product, folded.
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using wide = unsigned __int128;
    const wide product = static_cast<wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
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

/// Hashes bytes, 16 at a time, in the manner of Wang Yi's wyhash.
class byte_hasher {
public:
    explicit byte_hasher(std::uint64_t seed) noexcept
        : start_(mix(seed)), odd_(mix(seed + 0x9e3779b97f4a7c15u) | 1),
          other_(mix(seed + 0x3c6ef372fe94f82au) | 1) {}

    std::uint64_t operator()(const char *bytes, std::size_t size) const noexcept {
        std::uint64_t state = start_ ^ size;
        std::uint64_t a = 0;
        std::uint64_t b = 0;
        if (size > 16) {
            std::size_t left = size;
            const char *from = bytes;
            for (; left > 16; left -= 16, from += 16) {
                state = fold(read_8(from) ^ odd_, read_8(from + 8) ^ state);
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
        return mix(fold(a ^ odd_, b ^ state) ^ other_);
    }

private:
    std::uint64_t start_;
    std::uint64_t odd_;
    std::uint64_t other_;
};

} // namespace ferry::inline FERRY_ABI::detail
