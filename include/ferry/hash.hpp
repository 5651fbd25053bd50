// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::hash: 64 good bits from a key and a secret. Each hash object, and so each map, has its own
// secret. Copies of the object share it.
//
//   integers, enums, pointers   a keyed bijection: different keys never have equal hashes
//   strings and string views    folded 64x64→128-bit multiplies, transparent
//   other types                 std::hash, mixed
//
// What is promised. An object made without a seed draws its secret from the system's random
// numbers. No secret tells anything about another object's secret, also in a forked process. Where
// the system has none, the secret comes from the clock, addresses and the process, and can be
// guessed; early at boot it may be weak.
//
// A stranger who chooses keys, and sees only results and times over a network, cannot prepare
// collisions:
//
//   - integers, enums, pointers: for any two keys that the stranger names, the probability that they share
//     one of 2^B homes is at most 2 / 2^B. This is proven.
//   - strings: the same, as far as is known. It is not proven.
//   - other types: nothing is promised, because std::hash itself may collide. The same goes for a
//     user's own hash that the map mixes.
//
// A stranger must not see hashes, or anything that follows from them:
//
//   - The order of for_each, items() and snapshot() is the order of hashes. A stranger who chooses
//     2^20 keys and sees their order finds 2^8 of them for one home of 2^12, and can send only
//     those. No hash prevents this. Sort or shuffle what you show to strangers.
//   - Times of single operations, measured on the same machine, can show which keys share a home.
//   - A copy of the hash, or of the process's memory, shows everything.
//
// A hash made from a seed is as secret as the seed. None of this is a message authentication code.

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

/// The value whose word_of is `word`.
template <class T>
T value_of(std::uint64_t word) noexcept {
    if constexpr (std::is_pointer_v<T>) {
        return reinterpret_cast<T>(word);
    } else {
        return static_cast<T>(word);
    }
}

/// A hash before its last step. `x ^ x >> 32` is the hash. Only the upper half of x is good.
struct unfolded_hash {
    std::uint64_t word;
};

} // namespace detail
} // namespace FERRY_ABI

/// A hash that can be inverted: `unhash(hash(key))` is the key. Other numbers need not be hashes.
template <class Hash, class Key>
concept invertible_hash = requires(const Hash &hash, const Key &key, std::uint64_t value) {
    typename Hash::is_avalanching;
    { hash(key) }
    noexcept->std::same_as<std::uint64_t>;
    { hash.unhash(value) }
    noexcept->std::same_as<Key>;
};

/// The hash of a type for which there is no better one here: std::hash, mixed with the seed. It
/// does not defend against chosen keys.
///
/// `is_avalanching`: all 64 bits are good, and the map does not mix them again.
template <class Key>
struct hash {
    static_assert(
        requires(const Key &key) { std::hash<Key>{}(key); },
        "ferry: there is no hash for this key: specialize ferry::hash or std::hash, or "
        "give the map a Hash");

    using is_avalanching = void;

    /// Draws a secret: one system call.
    hash() noexcept : seed_(detail::random_key().words[0]) {}
    /// The same hashes for the same seed, as far as std::hash gives the same.
    explicit hash(std::uint64_t seed) noexcept : seed_(seed) {}

    std::uint64_t operator()(const Key &key) const
        noexcept(noexcept(std::hash<Key>{}(std::declval<const Key &>()))) {
        return detail::mix(static_cast<std::uint64_t>(std::hash<Key>{}(key)) ^ seed_);
    }

private:
    std::uint64_t seed_;
};

/// Integers of up to 64 bits, enums, pointers: a bijection for each seed, and an invertible_hash.
///
/// `is_cheap`: computing the hash again costs less than keeping it in each node.
template <class Key>
requires(detail::word_like<Key> && sizeof(Key) <= sizeof(std::uint64_t)) struct hash<Key> {
    using is_avalanching = void;
    using is_cheap = void;

    /// Draws a secret: one system call.
    hash() noexcept : words_(detail::random_key()) {}
    /// The same hashes for the same seed, in this version of ferry.
    explicit hash(std::uint64_t seed) noexcept : words_(detail::key_material::expand(seed)) {}

    std::uint64_t operator()(Key key) const noexcept { return words_(detail::word_of(key)); }

    /// The hash before its last step. For the maps' use.
    detail::unfolded_hash unfolded(Key key) const noexcept {
        return {words_.unfolded(detail::word_of(key))};
    }

    /// The key whose hash by this object is `value`. Takes several times as long as the hash.
    Key unhash(std::uint64_t value) const noexcept {
        return detail::value_of<Key>(words_.inverse(value));
    }

private:
    detail::keyed_bijection words_;
};

/// Strings of one character type with the usual traits, which compare bytes: transparent.
template <class Char>
struct hash<std::basic_string_view<Char>> {
    using is_avalanching = void;
    using is_transparent = void;

    /// Draws a secret: one system call.
    hash() noexcept : bytes_(detail::random_key()) {}
    /// The same hashes for the same seed, in this version of ferry.
    explicit hash(std::uint64_t seed) noexcept : bytes_(detail::key_material::expand(seed)) {}

    std::uint64_t operator()(std::basic_string_view<Char> key) const noexcept {
        return bytes_(reinterpret_cast<const char *>(key.data()), key.size() * sizeof(Char));
    }

private:
    detail::byte_hasher bytes_;
};

/// The hash of the string's view.
template <class Char, class Allocator>
struct hash<std::basic_string<Char, std::char_traits<Char>, Allocator>>
    : hash<std::basic_string_view<Char>> {
    using hash<std::basic_string_view<Char>>::hash;
};

inline namespace FERRY_ABI {
namespace detail {

/// Whether Hash is ferry's own for words. A user's hash may have a function `unfolded` of its own,
/// or inherit ours and hash otherwise.
template <class Hash, class Key>
concept has_unfolded = std::is_same_v<Hash, hash<Key>> && requires(const Hash &of, Key key) {
    { of.unfolded(key) } -> std::same_as<unfolded_hash>;
};

} // namespace detail
} // namespace FERRY_ABI
} // namespace ferry

#endif
