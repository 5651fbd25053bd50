// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a function answers that is given to compute(), and what compute() did.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include <optional>
#include <utility>

FERRY_BEGIN

/// From a compute function: leave the key as it is, present or absent.
struct keep_t {
    explicit keep_t() = default;
};
inline constexpr keep_t keep{};

/// From a compute function: the key is to be absent.
struct erase_t {
    explicit erase_t() = default;
};
inline constexpr erase_t erase{};

/// What a compute function returns when it does not always return the same kind of answer.
template <class T>
class compute_decision {
public:
    compute_decision(T value) : value_(std::move(value)) {}
    compute_decision(keep_t) noexcept {}
    compute_decision(erase_t) noexcept : erases_(true) {}

    bool erases() const noexcept { return erases_; }
    std::optional<T> &value() noexcept { return value_; }

private:
    std::optional<T> value_;
    bool erases_ = false;
};

enum class compute_result { inserted, updated, erased, unchanged };

FERRY_END

#endif
