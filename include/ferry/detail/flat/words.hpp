// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which keys and values fit into a cell, and how they become words.

#include "ferry/detail/platform/abi.hpp"

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

FERRY_ENGINE_BEGIN

/// What a cell can hold: an object that can be copied like memory, of at most 8 bytes.
template <class T>
concept fits_cell =
    std::is_object_v<T> && !std::is_array_v<T> && std::same_as<T, std::remove_cv_t<T>> &&
    std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(std::uint64_t);

/// What can be a key of a flat map: equal keys have equal bytes.
template <class Key>
concept flat_key = fits_cell<Key> && std::has_unique_object_representations_v<Key>;

template <fits_cell T>
std::uint64_t to_word(const T &object) noexcept {
    std::uint64_t word = 0;
    if constexpr (!std::is_empty_v<T>) {
        std::memcpy(&word, std::addressof(object), sizeof object);
    }
    return word;
}

/// The object whose to_word is `word`.
template <fits_cell T>
T from_word(std::uint64_t word) noexcept {
    std::array<std::byte, sizeof(T)> bytes;
    std::memcpy(bytes.data(), &word, sizeof bytes);
    return std::bit_cast<T>(bytes);
}

FERRY_ENGINE_END
