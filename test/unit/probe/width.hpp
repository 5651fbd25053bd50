// SPDX-License-Identifier: BSL-1.0
#pragma once

// The ways to look at a bucket, each compiled for the processor that has it. The numbers are
// FERRY_PROBE's.

#include <cstdint>

namespace ferry::test {

struct lanes {
    unsigned matches;
    unsigned stops;

    friend bool operator==(lanes, lanes) = default;
};

// What the probe of this width finds in eight words, aligned to 64 bytes.
template <int Width>
lanes probe_as(const std::uint64_t *words, std::uint64_t tag) noexcept;

template <>
lanes probe_as<0>(const std::uint64_t *words, std::uint64_t tag) noexcept;
template <>
lanes probe_as<1>(const std::uint64_t *words, std::uint64_t tag) noexcept;
template <>
lanes probe_as<2>(const std::uint64_t *words, std::uint64_t tag) noexcept;
template <>
lanes probe_as<3>(const std::uint64_t *words, std::uint64_t tag) noexcept;

// The cells of a flat map's bucket, of four, in which a key word is found, by a bit for each.
template <int Width>
unsigned match_as(const std::uint64_t *words, std::uint64_t key_word) noexcept;

template <>
unsigned match_as<0>(const std::uint64_t *words, std::uint64_t key_word) noexcept;
template <>
unsigned match_as<1>(const std::uint64_t *words, std::uint64_t key_word) noexcept;
template <>
unsigned match_as<2>(const std::uint64_t *words, std::uint64_t key_word) noexcept;
template <>
unsigned match_as<3>(const std::uint64_t *words, std::uint64_t key_word) noexcept;

// The first of these cells that is EMPTY, or that belongs to the key with this body and is not
// FROZEN. 4: none.
template <int Width>
unsigned spot_as(const std::uint64_t *words, std::uint64_t body) noexcept;

template <>
unsigned spot_as<0>(const std::uint64_t *words, std::uint64_t body) noexcept;
template <>
unsigned spot_as<1>(const std::uint64_t *words, std::uint64_t body) noexcept;
template <>
unsigned spot_as<2>(const std::uint64_t *words, std::uint64_t body) noexcept;
template <>
unsigned spot_as<3>(const std::uint64_t *words, std::uint64_t body) noexcept;

} // namespace ferry::test
