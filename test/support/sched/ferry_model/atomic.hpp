// SPDX-License-Identifier: BSL-1.0
#pragma once

// What platform/atomic.hpp names in a model build: atomics whose every operation is a step of the
// scheduler, and is carried out by its memory model.

#include "sched/machine.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

FERRY_DETAIL_BEGIN

inline constexpr auto relaxed = model::order::relaxed;
inline constexpr auto acquire = model::order::acquire;
inline constexpr auto release = model::order::release;
inline constexpr auto acq_rel = model::order::acq_rel;
inline constexpr auto seq_cst = model::order::seq_cst;

template <class T>
class atomic {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);

public:
    constexpr atomic() noexcept : atomic(T{}) {}
    constexpr atomic(T first) noexcept : value_(first) { // NOLINT: as the standard's
        if (!std::is_constant_evaluated())
            model::initialized(this, sizeof(T));
    }

    atomic(const atomic &) = delete;
    atomic &operator=(const atomic &) = delete;

    T load(model::order how) const noexcept {
        return from_bits(model::load(&value_, sizeof(T), how));
    }
    void store(T value, model::order how) noexcept {
        model::store(&value_, sizeof(T), to_bits(value), how);
    }
    T exchange(T value, model::order how) noexcept {
        return from_bits(model::exchange(&value_, sizeof(T), to_bits(value), how));
    }
    bool compare_exchange_strong(T &expected, T desired, model::order success,
                                 model::order failure) noexcept {
        return compare_exchange(expected, desired, success, failure, false);
    }
    bool compare_exchange_weak(T &expected, T desired, model::order success,
                               model::order failure) noexcept {
        return compare_exchange(expected, desired, success, failure, true);
    }
    T fetch_add(T change, model::order how) noexcept requires std::is_integral_v<T> {
        return from_bits(model::add(&value_, sizeof(T), to_bits(change), how));
    }
    // Of a pointer only 0 is ever added: a load that is in the one order of its modifications.
    T fetch_add(std::ptrdiff_t nothing, model::order how) noexcept requires std::is_pointer_v<T> {
        return from_bits(model::add(&value_, sizeof(T), static_cast<std::uint64_t>(nothing), how));
    }
    T fetch_or(T bits, model::order how) noexcept {
        return from_bits(model::set_bits(&value_, sizeof(T), to_bits(bits), how));
    }
    T fetch_and(T bits, model::order how) noexcept {
        return from_bits(model::keep_bits(&value_, sizeof(T), to_bits(bits), how));
    }

private:
    bool compare_exchange(T &expected, T desired, model::order success, model::order failure,
                          bool may_fail) noexcept {
        std::uint64_t bits = to_bits(expected);
        const bool done = model::compare_exchange(&value_, sizeof(T), bits, to_bits(desired),
                                                  success, failure, may_fail);
        expected = from_bits(bits);
        return done;
    }

    static std::uint64_t to_bits(const T &value) noexcept {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof(T));
        return bits;
    }
    static T from_bits(std::uint64_t bits) noexcept {
        T value;
        std::memcpy(&value, &bits, sizeof(T));
        return value;
    }

    T value_;
};

inline void compiler_barrier() noexcept {}

FERRY_DETAIL_END
