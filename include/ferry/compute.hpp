// SPDX-License-Identifier: BSL-1.0
#pragma once

// The answers of a function that is given to compute(), and the results of compute().

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include <optional>
#include <utility>

FERRY_BEGIN

/// An answer to compute(): leave the key as it is, present or absent.
struct keep_t {
    explicit keep_t() = default;
};
inline constexpr keep_t keep{};

/// An answer to compute(): make the key absent.
struct erase_t {
    explicit erase_t() = default;
};
inline constexpr erase_t erase{};

/// The answer of a compute function that can give several kinds of answers.
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
