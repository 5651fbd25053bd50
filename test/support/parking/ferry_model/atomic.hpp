// SPDX-License-Identifier: BSL-1.0
#pragma once

// What platform/atomic.hpp names in a model build on real threads: the standard's atomics, each
// operation of which is a step (support/parking/steps.hpp) of the thread, if it is watched. The
// rest of the system is src/platform, as in an ordinary build.
//
// The orders are constants where the operations are inlined; else the compiler takes seq_cst.

#include "support/parking/steps.hpp"

#include <ferry/detail/platform/wide_cas_instruction.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace ferry::model {

inline constexpr std::size_t thread_storage_bytes = 64;
alignas(8) inline constinit thread_local unsigned char storage_of_thread[thread_storage_bytes] = {};
inline void *thread_storage() noexcept { return storage_of_thread; }

// Accesses that are none to atomics are no steps.
inline void plain_read(const void *, std::size_t) noexcept {}
inline void plain_write(const void *, std::size_t) noexcept {}

// Two words at once: one step.
[[gnu::always_inline]] inline bool
compare_exchange_pair(void *at, const std::uint64_t (&expected)[2],
                      const std::uint64_t (&desired)[2]) noexcept {
    test::parking::walk *const here = test::parking::watched;
    if (here != nullptr) [[unlikely]]
        here->before({.what = test::parking::act::exchange_pair,
                      .pointer = false,
                      .order = std::memory_order_acq_rel,
                      .at = at,
                      .expected = expected[0],
                      .written = desired[0]});
    const bool done = detail::wide_cas_instruction(at, expected, desired);
    if (here != nullptr) [[unlikely]]
        here->after(expected[0], done);
    return done;
}

} // namespace ferry::model

FERRY_DETAIL_BEGIN

inline constexpr auto relaxed = std::memory_order_relaxed;
inline constexpr auto acquire = std::memory_order_acquire;
inline constexpr auto release = std::memory_order_release;
inline constexpr auto acq_rel = std::memory_order_acq_rel;
inline constexpr auto seq_cst = std::memory_order_seq_cst;

template <class T>
class atomic {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);
    static_assert(std::atomic<T>::is_always_lock_free);
    using act = test::parking::act;

public:
    constexpr atomic() noexcept : atomic(T{}) {}
    constexpr atomic(T first) noexcept : value_(first) {} // NOLINT: as the standard's

    atomic(const atomic &) = delete;
    atomic &operator=(const atomic &) = delete;

    [[gnu::always_inline]] T load(std::memory_order how) const noexcept {
        before(act::load, how);
        return after(value_.load(how));
    }
    [[gnu::always_inline]] void store(T value, std::memory_order how) noexcept {
        before(act::store, how, value);
        value_.store(value, how);
    }
    [[gnu::always_inline]] T exchange(T value, std::memory_order how) noexcept {
        before(act::exchange, how, value);
        return after(value_.exchange(value, how));
    }
    [[gnu::always_inline]] bool compare_exchange_strong(T &expected, T desired,
                                                        std::memory_order success,
                                                        std::memory_order failure) noexcept {
        before(act::compare_exchange, success, desired, expected);
        const bool done = value_.compare_exchange_strong(expected, desired, success, failure);
        after(expected, done);
        return done;
    }
    [[gnu::always_inline]] bool compare_exchange_weak(T &expected, T desired,
                                                      std::memory_order success,
                                                      std::memory_order failure) noexcept {
        before(act::try_exchange, success, desired, expected);
        const bool done = value_.compare_exchange_weak(expected, desired, success, failure);
        after(expected, done);
        return done;
    }
    [[gnu::always_inline]] T
    fetch_add(T change, std::memory_order how) noexcept requires std::is_integral_v<T> {
        before(act::add, how, change);
        return after(value_.fetch_add(change, how));
    }
    // Of a pointer only 0 is ever added: a load that is in the one order of its modifications.
    [[gnu::always_inline]] T
    fetch_add(std::ptrdiff_t nothing,
              std::memory_order how) noexcept requires std::is_pointer_v<T> {
        before(act::add, how);
        return after(value_.fetch_add(nothing, how));
    }
    [[gnu::always_inline]] T fetch_or(T bits, std::memory_order how) noexcept {
        before(act::set_bits, how, bits);
        return after(value_.fetch_or(bits, how));
    }
    [[gnu::always_inline]] T fetch_and(T bits, std::memory_order how) noexcept {
        before(act::keep_bits, how, bits);
        return after(value_.fetch_and(bits, how));
    }

private:
    void before(act what, std::memory_order how, T written = T{}, T expected = T{}) const noexcept {
        if (test::parking::walk *const here = test::parking::watched) [[unlikely]]
            here->before({.what = what,
                          .pointer = std::is_pointer_v<T>,
                          .order = how,
                          .at = this,
                          .expected = to_bits(expected),
                          .written = to_bits(written)});
    }
    T after(T seen, bool done = true) const noexcept {
        if (test::parking::walk *const here = test::parking::watched) [[unlikely]]
            here->after(to_bits(seen), done);
        return seen;
    }

    static std::uint64_t to_bits(const T &value) noexcept {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof(T));
        return bits;
    }

    std::atomic<T> value_;
};

inline void compiler_barrier() noexcept { std::atomic_signal_fence(std::memory_order_seq_cst); }

FERRY_DETAIL_END
