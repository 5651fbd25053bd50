// SPDX-License-Identifier: BSL-1.0
#pragma once

// The shape of a table: 2^bits home buckets, and a tail of `path` buckets so that no path wraps.
//
//   | home 0 | home 1 | … | home 2^bits - 1 | tail 0 | … | tail path-1 |
//     \___ path of home 0: path + 1 buckets ___/

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "ferry/detail/platform/abi.hpp"

FERRY_ENGINE_BEGIN

/// `Slots`: the number of slots in a bucket. `Spare`: if it is not 0, the slots have no room for a
/// path of more than 2^(bits - Spare) buckets beside its home. A table with a longer path then has
/// more homes than its keys need.
template <unsigned Slots, unsigned Spare = 0>
struct basic_geometry {
    unsigned bits;
    std::size_t path;

    static constexpr unsigned slot_count = Slots;
    static constexpr unsigned least_bits = std::max(1u, Spare);
    static constexpr unsigned most_bits = 40;
    static constexpr std::size_t long_path = 64;

    /// The path that a table starts with: as many buckets as it has homes, at most long_path. In
    /// tables of two and four homes half as many: if all keys have one home, it and its path hold
    /// all, or 3/4, of the capacity, and at 3/4 the table is full.
    static constexpr std::size_t usual_path(unsigned bits) noexcept {
        if (Spare == 0 && bits <= 2) {
            return std::size_t{1} << (bits - 1);
        }
        return std::min(std::size_t{1} << (bits - Spare), long_path);
    }

    /// The smallest table that takes `elements` before it grows.
    static constexpr unsigned bits_for(std::size_t elements) noexcept {
        constexpr std::size_t most = std::size_t{Slots} << most_bits;
        const std::size_t wanted = std::min(most / 2, elements);
        const std::size_t slots = wanted + wanted / 3 + 1; // full at 3/4
        const std::size_t buckets = (slots + Slots - 1) / Slots;
        return std::clamp(static_cast<unsigned>(std::bit_width(buckets - 1)), least_bits,
                          most_bits);
    }

    /// At least 2^bits homes, and a path of at least `path` buckets, which is a power of two.
    static constexpr basic_geometry of(unsigned bits, std::size_t path = 0) noexcept {
        if (Spare != 0 && path != 0) {
            bits = std::max(bits, static_cast<unsigned>(std::countr_zero(path)) + Spare);
        }
        return {bits, std::max(usual_path(bits), path)};
    }

    constexpr std::size_t homes() const noexcept { return std::size_t{1} << bits; }
    constexpr std::size_t buckets() const noexcept { return homes() + path; }

    /// Slots of the home buckets, against which loads are measured.
    constexpr std::size_t capacity() const noexcept { return homes() * Slots; }

    constexpr std::size_t home_of(std::uint64_t hash) const noexcept { return hash >> (64 - bits); }

    friend constexpr bool operator==(basic_geometry, basic_geometry) noexcept = default;
};

FERRY_ENGINE_END
