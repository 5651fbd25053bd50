// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the keys and values of a map are made of, all of them made of numbers and turned back into
// numbers.

#include "support/faults.hpp"

#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace ferry::fuzz {

using test::risky_allocator;
using test::risky_key;
using test::risky_value;

enum class hash_kind : std::uint8_t {
    spread,    // good ones
    two_bits,  // four homes, four tags
    last_home, // the path runs into the tail
    equal,     // one for all
};

// Of the input that runs.
inline constinit hash_kind present_hashes = hash_kind::spread;

inline std::uint64_t hash_of(std::uint64_t key) noexcept {
    switch (present_hashes) {
    case hash_kind::spread:
        return (key + 1) * 0x9e3779b97f4a7c15u ^ key << 7;
    case hash_kind::two_bits:
        return key << 62 | (key & 3);
    case hash_kind::last_home:
        return ~key;
    case hash_kind::equal:
        break;
    }
    return 0x123456789abcdef0u;
}

// --- values are copied like memory, into the places a node has; hashes are not kept ---

struct numbers {
    struct hash {
        using is_avalanching = void;
        using is_cheap = void;
        std::uint64_t operator()(std::uint64_t key) const noexcept { return hash_of(key); }
    };
    using key_type = std::uint64_t;
    using mapped_type = std::uint64_t;
    using map = concurrent_map<key_type, mapped_type, hash, std::equal_to<>,
                               risky_allocator<std::pair<const key_type, mapped_type>>>;

    static key_type key(unsigned n) { return n; }
    static mapped_type value(unsigned n) { return n; }
    static unsigned number(std::uint64_t x) { return static_cast<unsigned>(x); }
    static const key_type &wanted(const key_type &key) { return key; }
};

// --- every use may throw, every object is counted; hashes are kept ---

struct objects {
    struct hash {
        using is_avalanching = void;
        std::uint64_t operator()(const risky_key &key) const {
            test::faults::point();
            return hash_of(static_cast<unsigned>(key.number()));
        }
    };
    using key_type = risky_key;
    using mapped_type = risky_value;
    using map = concurrent_map<key_type, mapped_type, hash, std::equal_to<>,
                               risky_allocator<std::pair<const key_type, mapped_type>>>;

    static key_type key(unsigned n) { return key_type(static_cast<int>(n)); }
    static mapped_type value(unsigned n) { return mapped_type(static_cast<int>(n)); }
    template <class Object>
    static unsigned number(const Object &object) {
        return static_cast<unsigned>(object.number());
    }
    static const key_type &wanted(const key_type &key) { return key; }
};

// --- keys throw, values are as large as values that are copied can be ---

struct blocks {
    using key_type = risky_key;
    using mapped_type = std::array<std::uint64_t, 8>;
    using map = concurrent_map<key_type, mapped_type, objects::hash, std::equal_to<>,
                               risky_allocator<std::pair<const key_type, mapped_type>>>;

    static key_type key(unsigned n) { return objects::key(n); }
    static mapped_type value(unsigned n) {
        mapped_type made;
        made.fill(n);
        return made;
    }
    static unsigned number(const key_type &key) { return objects::number(key); }
    static unsigned number(const mapped_type &value) {
        return value.front() == value.back() ? static_cast<unsigned>(value.front()) : ~0u;
    }
    static const key_type &wanted(const key_type &key) { return key; }
};

// --- memory of their own, looked up as string views ---

struct strings {
    struct hash {
        using is_avalanching = void;
        using is_transparent = void;
        std::uint64_t operator()(std::string_view text) const noexcept {
            return hash_of(strings::number(text));
        }
    };
    using key_type = std::string;
    using mapped_type = std::string;
    using map = concurrent_map<key_type, mapped_type, hash>;

    // Longer than a string object itself has room for.
    static std::string key(unsigned n) {
        std::string text = std::to_string(n);
        return text + std::string(40 - text.size(), '.');
    }
    static std::string value(unsigned n) { return key(n); }
    // ~0 of a text that is damaged.
    static unsigned number(std::string_view text) noexcept {
        unsigned n = 0;
        std::size_t at = 0;
        for (; at != text.size() && text[at] != '.'; ++at)
            n = n * 10 + static_cast<unsigned>(text[at] - '0');
        return text.size() == 40 && text.find_first_not_of('.', at) == text.npos ? n : ~0u;
    }
    static std::string_view wanted(const key_type &key) { return key; }
};

// --- in the table itself; the hashes are a bijection, and equal ones are one home instead ---

struct cells {
    struct hash {
        using is_avalanching = void;
        std::uint64_t operator()(std::uint64_t key) const noexcept {
            switch (present_hashes) {
            case hash_kind::spread:
                return key * factor;
            case hash_kind::two_bits:
                return std::rotr(key, 2);
            case hash_kind::last_home:
                return ~key;
            case hash_kind::equal:
                break;
            }
            return key;
        }
        std::uint64_t unhash(std::uint64_t of) const noexcept {
            switch (present_hashes) {
            case hash_kind::spread:
                return of * reciprocal;
            case hash_kind::two_bits:
                return std::rotl(of, 2);
            case hash_kind::last_home:
                return ~of;
            case hash_kind::equal:
                break;
            }
            return of;
        }
        static constexpr std::uint64_t factor = 0x9e3779b97f4a7c15u;
        static constexpr std::uint64_t reciprocal = 0xf1de83e19937733du;
        static_assert(factor * reciprocal == 1);
    };
    using key_type = std::uint64_t;
    using mapped_type = std::uint64_t;
    using map = concurrent_flat_map<key_type, mapped_type, hash>;

    static key_type key(unsigned n) { return n; }
    static mapped_type value(unsigned n) { return n; }
    static unsigned number(std::uint64_t x) { return static_cast<unsigned>(x); }
    static const key_type &wanted(const key_type &key) { return key; }
};

// --- a set ---

struct members {
    using key_type = risky_key;
    using mapped_type = void;
    using map = concurrent_set<key_type, objects::hash, std::equal_to<>, risky_allocator<key_type>>;

    static key_type key(unsigned n) { return objects::key(n); }
    static unsigned number(const key_type &key) { return objects::number(key); }
    static const key_type &wanted(const key_type &key) { return key; }
};

// Elements stand in the table: a migration in a callback moves the callback's key, handles are
// copies and pin nothing, and the least table and a bucket have this many cells.
template <class Elements>
inline constexpr bool is_flat = std::same_as<Elements, cells>;
template <class Elements>
inline constexpr std::size_t least_capacity = is_flat<Elements> ? 128 : 16;
template <class Elements>
inline constexpr std::size_t bucket_slots = is_flat<Elements> ? 4 : 8;

template <class Elements>
inline constexpr bool is_set = std::is_void_v<typename Elements::mapped_type>;

} // namespace ferry::fuzz
