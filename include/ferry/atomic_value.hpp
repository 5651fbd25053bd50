// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::atomic_value: a value, or a member of one, that threads change in place.
//
//   ferry::concurrent_map<std::string, ferry::atomic_value<long>> hits;
//   hits.try_emplace("page", 0);
//   hits.visit("page", [](const auto &count) { count.fetch_add(1); });
//
// A map shows its values as const, because any number of threads may see them at once. So all
// functions here are const. A change through a handle or a callback is seen by every thread that
// finds the same value, and lost with it if another thread replaces or erases the value meanwhile.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include <atomic>
#include <concepts>
#include <type_traits>

FERRY_BEGIN

/// An atomic object of trivially copyable type T: a std::atomic<T> whose operations are const, and
/// which can be copied, so that a map can construct it in a node.
///
/// A copy is a new object with the value that the original had when it was loaded. There are no
/// operators but ==, no wait() and notify(), and no fetch_ operations for pointers and floating
/// point. compare_exchange() is std::atomic's compare_exchange_strong(). What is not said here is
/// as in std::atomic. Progress: every operation is lock-free, as T is required to make
/// std::atomic<T> so. Each operation is linearized at its one access. No exceptions. Align a
/// structure to its size: otherwise clang without optimization calls libatomic.
template <class T>
class atomic_value {
    static_assert(std::is_trivially_copyable_v<T>,
                  "ferry::atomic_value<T>: T must be trivially copyable");
    static_assert(std::atomic<T>::is_always_lock_free,
                  "ferry::atomic_value<T>: T must be so small that the processor changes it "
                  "atomically");

    static constexpr bool is_integer = std::integral<T> && !std::same_as<T, bool>;

public:
    using value_type = T;

    /// Holds T(). The initialization is not atomic.
    constexpr atomic_value() noexcept(std::is_nothrow_default_constructible_v<T>) = default;
    /// The initialization is not atomic.
    constexpr atomic_value(T value) noexcept : value_(value) {}
    /// Loads from `other`, with acquire.
    atomic_value(const atomic_value &other) noexcept
        : value_(other.load(std::memory_order_acquire)) {}
    /// Replaces the value of an object that no other thread uses. A map's values are const.
    atomic_value &operator=(const atomic_value &other) noexcept {
        store(other.load(std::memory_order_acquire), std::memory_order_release);
        return *this;
    }

    /// The value.
    T load(std::memory_order order = std::memory_order_seq_cst) const noexcept {
        return value_.load(order);
    }
    /// Makes `value` the value.
    void store(T value, std::memory_order order = std::memory_order_seq_cst) const noexcept {
        value_.store(value, order);
    }
    /// Makes `value` the value, and returns the one before.
    T exchange(T value, std::memory_order order = std::memory_order_seq_cst) const noexcept {
        return value_.exchange(value, order);
    }

    /// Stores `desired` if the value is `expected`, bit for bit; otherwise loads into `expected`.
    bool compare_exchange(T &expected, T desired,
                          std::memory_order order = std::memory_order_seq_cst) const noexcept {
        return value_.compare_exchange_strong(expected, desired, order);
    }
    /// May fail although the value is `expected`.
    bool compare_exchange_weak(T &expected, T desired,
                               std::memory_order order = std::memory_order_seq_cst) const noexcept {
        return value_.compare_exchange_weak(expected, desired, order);
    }

    /// Adds, and returns the value before the change.
    T fetch_add(T more, std::memory_order order = std::memory_order_seq_cst) const noexcept requires
        is_integer {
        return value_.fetch_add(more, order);
    }
    /// Subtracts, and returns the value before the change.
    T fetch_sub(T less, std::memory_order order = std::memory_order_seq_cst) const noexcept requires
        is_integer {
        return value_.fetch_sub(less, order);
    }
    /// Keeps the bits of `mask`, and returns the value before the change.
    T fetch_and(T mask, std::memory_order order = std::memory_order_seq_cst) const noexcept requires
        is_integer {
        return value_.fetch_and(mask, order);
    }
    /// Sets the bits of `mask`, and returns the value before the change.
    T fetch_or(T mask, std::memory_order order = std::memory_order_seq_cst) const noexcept requires
        is_integer {
        return value_.fetch_or(mask, order);
    }
    /// Inverts the bits of `mask`, and returns the value before the change.
    T fetch_xor(T mask, std::memory_order order = std::memory_order_seq_cst) const noexcept requires
        is_integer {
        return value_.fetch_xor(mask, order);
    }

    /// Compares loaded values. A map's compare_exchange and compare_erase use it.
    friend bool operator==(const atomic_value &a,
                           const atomic_value &b) noexcept requires std::equality_comparable<T> {
        return a.load(std::memory_order_acquire) == b.load(std::memory_order_acquire);
    }

private:
    mutable std::atomic<T> value_{};
};

FERRY_END

#endif
