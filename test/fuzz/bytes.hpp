// SPDX-License-Identifier: BSL-1.0
#pragma once

// An input, taken a byte at a time. Every input means something: one that has come to its end gives
// zeros.

#include <cstddef>
#include <cstdint>

namespace ferry::fuzz {

class bytes {
public:
    bytes(const std::uint8_t *data, std::size_t size) : next_(data), end_(data + size) {}

    bool ended() const noexcept { return next_ == end_; }

    unsigned take() noexcept { return ended() ? 0u : *next_++; }
    // From the far end: two readers of one input do not shift what the other reads.
    unsigned take_last() noexcept { return ended() ? 0u : *--end_; }

    // n is at most 256.
    unsigned below(unsigned n) noexcept { return take() % n; }

private:
    const std::uint8_t *next_;
    const std::uint8_t *end_;
};

} // namespace ferry::fuzz
