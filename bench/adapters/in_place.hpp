// SPDX-License-Identifier: BSL-1.0
#pragma once

// For maps that let their user at a stored value without locking it: 64-bit values are read and
// changed atomically, all others stay as they are once they can be found.

#include <atomic>
#include <cstdint>
#include <type_traits>

namespace ferry::bench {

template <class Value>
inline constexpr bool can_be_stored_into = std::is_same_v<Value, std::uint64_t>;

// A copy of what is stored.
template <class Value>
Value load_in_place(Value &stored) {
    if constexpr (can_be_stored_into<Value>)
        // acquire and release: what a map gives that publishes its values.
        return std::atomic_ref(stored).load(std::memory_order_acquire);
    else
        return stored;
}

inline void store_in_place(std::uint64_t &stored, std::uint64_t value) {
    std::atomic_ref(stored).store(value, std::memory_order_release);
}

inline void add_one_in_place(std::uint64_t &stored) {
    // relaxed: whoever reads the sum has waited for those who add.
    std::atomic_ref(stored).fetch_add(1, std::memory_order_relaxed);
}

} // namespace ferry::bench
