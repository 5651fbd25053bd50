// SPDX-License-Identifier: BSL-1.0
#pragma once

// A number that threads change in place: what is kept in a map whose values cannot be changed, or
// only at a price.

#include <ferry/atomic_value.hpp>

#include <atomic>
#include <cstdint>

namespace ferry::bench {

class number {
public:
    explicit number(std::uint64_t value) noexcept : value_(value) {}

    // acquire and release: what a map gives that publishes its values.
    std::uint64_t load() const noexcept { return value_.load(std::memory_order_acquire); }
    void store(std::uint64_t value) const noexcept {
        value_.store(value, std::memory_order_release);
    }
    // relaxed: whoever reads the sum has waited for those who add.
    void add_one() const noexcept { value_.fetch_add(1, std::memory_order_relaxed); }

private:
    ferry::atomic_value<std::uint64_t> value_;
};

} // namespace ferry::bench
