// SPDX-License-Identifier: BSL-1.0
#pragma once

// What users' functions take, and what they return: the new value, and of a compute function an
// answer that may have one of several types. `T` is the map's value type.

#include "ferry/compute.hpp"

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

FERRY_ENGINE_BEGIN

/// Whether what an F gives for a const T & is a std::optional<T>. If it holds nothing, the value
/// stays.
template <class T, class F>
concept may_decline = std::invocable<F &, const T &> &&
    std::same_as<std::remove_cvref_t<std::invoke_result_t<F &, const T &>>, std::optional<T>>;

/// Stops the compiler with a sentence unless an F can be called with a const T & and gives a T.
template <class T, class F>
constexpr void must_return_value() noexcept {
    static_assert(
        may_decline<T, F> || requires(F & f, const T &value) { static_cast<T>(f(value)); },
        "ferry: the function is called with a const T & and must return the new value, a T, or a "
        "std::optional<T>");
}

/// Stops the compiler with a sentence unless an F can be called with a const T &.
template <class T, class F>
constexpr void must_take_value() noexcept {
    static_assert(
        requires(F & f, const T &value) { f(value); },
        "ferry: the function is called with a const T &, the value alone");
}

/// Stops the compiler with a sentence unless an F can be called with a const Key &.
template <class Key, class F>
constexpr void must_take_key() noexcept {
    static_assert(
        requires(F & f, const Key &key) { f(key); },
        "ferry: the function is called with a const Key &, the key alone");
}

/// Stops the compiler with a sentence unless an F can be called with a const Key & and a const T &.
template <class Key, class T, class F>
constexpr void must_take_element() noexcept {
    static_assert(
        requires(F & f, const Key &key, const T &value) { f(key, value); },
        "ferry: the function is called with a const Key & and a const T &");
}

/// Stops the compiler with a sentence unless an F can be called with a const Key & and a const T &.
/// For a function that may also take the value alone, and does not.
template <class Key, class T, class F>
constexpr void must_take_value_or_element() noexcept {
    static_assert(
        requires(F & f, const Key &key, const T &value) { f(key, value); },
        "ferry: the function is called with a const T &, or with a const Key & and a const T &");
}

enum class decided { value, keep, erase };

template <class T, class Answer>
decided kind_of(Answer &answer) noexcept {
    using answer_type = std::remove_cvref_t<Answer>;
    if constexpr (std::same_as<answer_type, keep_t>) {
        return decided::keep;
    } else if constexpr (std::same_as<answer_type, erase_t>) {
        return decided::erase;
    } else if constexpr (std::same_as<answer_type, compute_decision<T>>) {
        return answer.erases()              ? decided::erase
               : answer.value().has_value() ? decided::value
                                            : decided::keep;
    } else if constexpr (std::same_as<answer_type, std::optional<T>>) {
        return answer.has_value() ? decided::value : decided::erase;
    } else {
        static_assert(std::constructible_from<T, Answer &&>,
                      "ferry: a compute function returns a T, ferry::keep, ferry::erase, "
                      "std::optional<T> or ferry::compute_decision<T>");
        return decided::value;
    }
}

/// The value in an answer of kind decided::value.
template <class T, class Answer>
decltype(auto) value_in(Answer &answer) noexcept {
    using answer_type = std::remove_cvref_t<Answer>;
    if constexpr (std::same_as<answer_type, compute_decision<T>>) {
        return std::move(*answer.value());
    } else if constexpr (std::same_as<answer_type, std::optional<T>> &&
                         !std::same_as<answer_type, T>) {
        return std::move(*answer);
    } else {
        return std::move(answer);
    }
}

template <class T, class Answer>
inline constexpr bool never_a_value = std::same_as<std::remove_cvref_t<Answer>, keep_t> ||
                                      std::same_as<std::remove_cvref_t<Answer>, erase_t>;

/// An answer of any kind as a decision.
template <class T, class Answer>
compute_decision<T> decision_of(Answer answer) {
    switch (kind_of<T>(answer)) {
    case decided::keep:
        return keep;
    case decided::erase:
        return erase;
    case decided::value:
        break;
    }
    if constexpr (never_a_value<T, Answer>) {
        return keep;
    } else {
        T value(value_in<T>(answer));
        return value;
    }
}

FERRY_ENGINE_END
