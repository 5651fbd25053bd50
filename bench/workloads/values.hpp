// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is stored under the keys. A value names its key: the upper half of each word is the key's
// index, the lower half anything. So every lookup can tell whether it was given the value of the
// key it asked for, and given it whole.

#include <algorithm>
#include <array>
#include <cstdint>

namespace ferry::bench {

// A cache line of data: too long to be read or written at once.
struct wide_value {
    std::array<std::uint64_t, 8> words;

    friend bool operator==(const wide_value &, const wide_value &) = default;
};

template <class Value>
Value value_for(std::uint32_t index, std::uint32_t anything) noexcept;

template <>
inline std::uint64_t value_for(std::uint32_t index, std::uint32_t anything) noexcept {
    return std::uint64_t{index} << 32 | anything;
}
template <>
inline wide_value value_for(std::uint32_t index, std::uint32_t anything) noexcept {
    wide_value value;
    value.words.fill(value_for<std::uint64_t>(index, anything));
    return value;
}

inline bool is_value_of(std::uint32_t index, std::uint64_t value) noexcept {
    return value >> 32 == index;
}
inline bool is_value_of(std::uint32_t index, const wide_value &value) noexcept {
    const auto first = value.words.front();
    return is_value_of(index, first) &&
           std::all_of(value.words.begin(), value.words.end(),
                       [first](std::uint64_t word) { return word == first; });
}

} // namespace ferry::bench
