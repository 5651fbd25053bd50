// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::hash: 64 good bits from a key, seeded for each hash object and so for each map.
//
//   integers, enums, pointers   a bijective mixer: different keys never have equal hashes
//   strings and string views    folded 64x64→128-bit multiplies, transparent; every multiplier
//                               comes from the seed, so that no input makes one of them zero for
//                               all seeds
//   other types                 std::hash, mixed
//
// The seed keeps a stranger who chooses keys, and sees neither hashes nor addresses, from
// preparing collisions. It is not a message authentication code. No such promise is made for
// other types: std::hash may collide by itself.

#include "ferry/detail/platform/abi.hpp"

#if FERRY_CXX20

#include "ferry/detail/platform/hashing.hpp"

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

namespace ferry {

inline namespace FERRY_ABI {
namespace detail {

template <class T>
concept word_like = std::integral<T> || std::is_enum_v<T> || std::is_pointer_v<T>;

template <class T>
std::uint64_t word_of(T value) noexcept {
    if constexpr (std::is_pointer_v<T>) {
        return reinterpret_cast<std::uintptr_t>(value);
    } else {
        return static_cast<std::uint64_t>(value);
    }
}

} // namespace detail
} // namespace FERRY_ABI

/// The hash of a type that has no better one here: std::hash, mixed with the seed.
///
/// `is_avalanching`: all 64 bits are good, the map does not mix them again.
template <class Key>
struct hash {
    using is_avalanching = void;

    hash() noexcept : seed_(detail::random_seed()) {}
    explicit hash(std::uint64_t seed) noexcept : seed_(seed) {}

    std::uint64_t operator()(const Key &key) const
        noexcept(noexcept(std::hash<Key>{}(std::declval<const Key &>()))) {
        return detail::mix(static_cast<std::uint64_t>(std::hash<Key>{}(key)) ^ seed_);
    }

private:
    std::uint64_t seed_;
};

/// Integers of up to 64 bits, enums, pointers: a bijection for each seed.
///
/// `is_cheap`: computing it again costs less than keeping it in each node would.
template <class Key>
requires(detail::word_like<Key> && sizeof(Key) <= sizeof(std::uint64_t)) struct hash<Key> {
    using is_avalanching = void;
    using is_cheap = void;

    hash() noexcept : seed_(detail::random_seed()) {}
    explicit hash(std::uint64_t seed) noexcept : seed_(seed) {}

    std::uint64_t operator()(Key key) const noexcept {
        return detail::mix(detail::word_of(key) ^ seed_);
    }

private:
    std::uint64_t seed_;
};

/// Strings of one character type with the usual traits, which compare bytes: transparent.
template <class Char>
struct hash<std::basic_string_view<Char>> {
    using is_avalanching = void;
    using is_transparent = void;

    hash() noexcept : hash(detail::random_seed()) {}
    explicit hash(std::uint64_t seed) noexcept : bytes_(seed) {}

    std::uint64_t operator()(std::basic_string_view<Char> key) const noexcept {
        return bytes_(reinterpret_cast<const char *>(key.data()), key.size() * sizeof(Char));
    }

private:
    detail::byte_hasher bytes_;
};

template <class Char, class Allocator>
struct hash<std::basic_string<Char, std::char_traits<Char>, Allocator>>
    : hash<std::basic_string_view<Char>> {
    using hash<std::basic_string_view<Char>>::hash;
};

} // namespace ferry

#endif
