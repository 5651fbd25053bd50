// SPDX-License-Identifier: BSL-1.0
#pragma once

// The 2N distinct keys of a measurement, by index. Keys [0, N) are the ones a map is filled with;
// keys [N, 2N) are absent at first.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ferry::bench {

template <class Key>
class key_space;

// Computed, not stored: a lookup must not wait for the memory of the harness.
template <>
class key_space<std::uint64_t> {
public:
    explicit key_space(std::uint32_t n) noexcept : n_(n) {}

    std::uint32_t n() const noexcept { return n_; }

    // A bijection of 64 bits (odd multiplier, then a xor with the own upper half), so all keys
    // differ; they are spread over the whole range.
    std::uint64_t operator[](std::uint32_t index) const noexcept {
        const std::uint64_t product = (std::uint64_t{index} + 1) * 0x9e37'79b9'7f4a'7c15u;
        return product ^ (product >> 32);
    }

private:
    std::uint32_t n_;
};

// Strings that were given. The absent half are the same strings with a '~' appended, as an editor
// names its backup copies: an absent key differs from a present one only in its last byte.
template <>
class key_space<std::string> {
public:
    explicit key_space(std::vector<std::string> paths) : keys_(std::move(paths)) {
        const auto count = keys_.size();
        keys_.reserve(2 * count);
        for (std::size_t i = 0; i < count; ++i)
            keys_.push_back(keys_[i] + '~');
    }

    std::uint32_t n() const noexcept { return static_cast<std::uint32_t>(keys_.size() / 2); }

    const std::string &operator[](std::uint32_t index) const noexcept { return keys_[index]; }

private:
    std::vector<std::string> keys_;
};

} // namespace ferry::bench
