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

/// The answer of a compute function that can give several kinds of answers: each of them converts
/// to it.
template <class T>
class compute_decision {
public:
    /// Give the key this value.
    compute_decision(T value) : value_(std::move(value)) {}
    /// Leave the key as it is, present or absent.
    compute_decision(keep_t) noexcept {}
    /// Make the key absent.
    compute_decision(erase_t) noexcept : erases_(true) {}

    /// Whether the answer is ferry::erase.
    bool erases() const noexcept { return erases_; }
    /// The new value; nothing if the answer is ferry::keep or ferry::erase.
    std::optional<T> &value() noexcept { return value_; }

private:
    std::optional<T> value_;
    bool erases_ = false;
};

/// What compute() did.
enum class compute_result {
    inserted, ///< the key was absent, and has a value now
    updated,  ///< the key has another value
    erased,   ///< the key was present, and is absent now
    unchanged ///< the function kept the value, or wanted an absent key absent
};

FERRY_END

#endif
