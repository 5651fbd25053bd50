// SPDX-License-Identifier: BSL-1.0
#pragma once

// A node: a key and the state of its value. It is allocated once for a key and never moves.
//
//   | value state (8) | hash (8, only if kept) | value's parts (8, only if retired) | key | value |
//
//   u64 → u64: 24 bytes.      A box: | garbage link (8) | value |
//
// A small value stands before a large key. There it shares the node's first cache line with the
// beginning of the key, which may be all that a lookup reads of the key. Characters come last:
//
//   inline_string → u64: | value state (8) | hash (8) | value (8) | size (8) | characters |
//
//   N1  The place inside the node holds the node's first value, unless that value is in a box. If
//       values can be copied like memory, it holds later values too (node/place_hold.hpp);
//       otherwise it never holds another one.
//   N2  A first value with a destructor is retired apart from its node, and either may be reclaimed
//       first. Each sets its flag in `parts`; the one that sets the second flag frees the memory.

#include "ferry/detail/chain/no_value.hpp"
#include "ferry/detail/node/stored_key.hpp"
#include "ferry/detail/node/value_cell.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/reclaim/retired_item.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

FERRY_ENGINE_BEGIN

template <bool Kept>
struct kept_hash {
    std::uint64_t value;
};
template <>
struct kept_hash<false> {};

/// The garbage link of a first value. Flags in its low byte say which of value and node is gone.
template <bool Retired>
struct value_parts {
    static constexpr std::uint64_t value_gone = 1;
    static constexpr std::uint64_t node_gone = 2;

    /// True: the other part went before, and the caller frees the memory.
    bool part_gone(std::uint64_t part) noexcept {
        // acq_rel, both ends: both destructors happen before the memory is freed [E:parts]
        return ((word.fetch_or(part, detail::acq_rel) | part) & (value_gone | node_gone)) ==
               (value_gone | node_gone);
    }

    detail::link_word word{0};
};
template <>
struct value_parts<false> {};

template <bool KeepsHash, bool RetiresValue>
struct node_header {
    explicit node_header(value_word initial) noexcept : state(initial) {}

    value_cell state;
    [[no_unique_address]] kept_hash<KeepsHash> hash;
    [[no_unique_address]] value_parts<RetiresValue> parts;
};

template <class T>
struct box {
    box() noexcept {}
    ~box() {}

    /// offsetof(box, value), which is only defined for some T.
    static constexpr std::size_t value_offset =
        (sizeof(detail::link_word) + alignof(T) - 1) / alignof(T) * alignof(T);

    detail::link_word link{0};
    union {
        T value;
    };
};

/// The place for the first value.
template <class T>
struct first_value {
    first_value() noexcept {}
    ~first_value() {}

    const T *address() const noexcept { return std::addressof(value); }
    T *address() noexcept { return std::addressof(value); }

    union {
        T value;
    };
};
template <>
struct first_value<no_value> {
    static no_value *address() noexcept { return &value; }
    static inline no_value value{};
};

template <class Key>
struct node_key {
    node_key() noexcept {}
    ~node_key() {}

    union {
        Key key;
    };
};

/// Where a node keeps its first value; a set's nodes have no such place.
template <class T>
struct node_value {
    [[no_unique_address]] first_value<T> first;
};

template <class Key, class T>
struct key_and_value : node_key<Key>, node_value<T> {};
template <class Key, class T>
struct value_and_key : node_value<T>, node_key<Key> {};

template <class Key, class T>
constexpr bool value_comes_first() noexcept {
    if constexpr (std::is_same_v<Key, characters>) {
        return true;
    }
    constexpr std::size_t word = 8;
    constexpr std::size_t alignment = std::max(alignof(Key), alignof(T));
    return sizeof(T) <= word && sizeof(Key) > word && alignment <= word;
}

template <class Key, class T>
using node_contents =
    std::conditional_t<value_comes_first<Key, T>(), value_and_key<Key, T>, key_and_value<Key, T>>;

/// Whether an allocator, rebound to T, has a construct() of its own that makes a T from a From.
template <class T, class Allocator, class From>
inline constexpr bool sees_construction_from = requires(
    typename std::allocator_traits<Allocator>::template rebind_alloc<T> allocator, T *place) {
    allocator.construct(place, std::declval<From>());
};
template <class T, class Allocator>
inline constexpr bool sees_construction =
    sees_construction_from<T, Allocator, const T &> || sees_construction_from<T, Allocator, T>;

/// Whether values of type T can be copied like memory. An operation that holds a place then runs no
/// user code there.
template <class T, class Allocator>
inline constexpr bool copied_like_memory =
    std::conjunction_v<std::is_trivially_copyable<T>, std::is_move_constructible<T>,
                       std::is_trivially_destructible<T>, std::negation<std::is_same<T, no_value>>,
                       std::bool_constant<sizeof(T) <= detail::largest_copied_value>,
                       std::bool_constant<!sees_construction<T, Allocator>>>;

/// `ReusesPlaces`: copied_like_memory. If it is true, LIVE_SPARE does not occur.
template <class Key, class T, bool KeepsHash, bool ReusesPlaces = false>
struct node : node_header<KeepsHash, !std::is_trivially_destructible_v<T>>,
              node_contents<typename key_form<Key>::stored_type, T> {
    /// Whether the first value is retired apart from its node when it is replaced or erased (N2).
    static constexpr bool retires_value = !std::is_trivially_destructible_v<T>;
    static constexpr bool keeps_hash = KeepsHash;
    static constexpr bool reuses_places = ReusesPlaces;
    static constexpr bool holds_characters = key_form<Key>::is_characters;

    using key_type = Key;
    using value_type = T;
    using header = node_header<KeepsHash, retires_value>;
    using box_type = box<T>;

    explicit node(value_word initial) noexcept : header(initial) {}
    /// With the characters of its key. The caller has memory for them behind the node.
    node(value_word initial, std::string_view from) noexcept requires holds_characters
        : header(initial) {
        std::construct_at(std::addressof(this->key), from);
    }
    ~node() {}

    typename key_form<Key>::shown_type shown_key() const noexcept { return this->key; }

    /// Prefetches the second cache line of what a comparison of keys reads, before the first has
    /// come. Characters mostly need two.
    [[gnu::always_inline]] void prefetch_more_of_key() const noexcept {
        if constexpr (holds_characters) {
            detail::prefetch(reinterpret_cast<const std::byte *>(this) + detail::line_bytes);
        }
    }

    /// The live value that `word`, read from this node's state, stands for. The caller pinned
    /// before it read the word; that pin protects a box or a spare node.
    [[gnu::always_inline]] const T *value_at(value_word word) const noexcept {
        if constexpr (reuses_places) {
            return place(word.state() == value_state::live_inline, word.address());
        }
        switch (word.state()) {
        case value_state::live_inline:
            return this->first.address();
        case value_state::live_spare:
            return at(word.address())->first.address();
        default:
            return std::addressof(box_at(word.address())->value);
        }
    }

    /// The place inside, or the one in `box`. A conditional move: a processor could not predict a
    /// branch.
    [[gnu::always_inline]] const T *place(bool inside, std::uint64_t box) const noexcept {
        const auto in_node = reinterpret_cast<std::uintptr_t>(this->first.address());
        const auto in_box = box + box_type::value_offset;
        return reinterpret_cast<const T *>(
            __builtin_expect_with_probability(inside, true, 0.5) ? in_node : in_box);
    }

    /// Prefetches what replacing or retiring the value of `word` writes outside the node.
    static void prefetch_box(value_word word) noexcept {
        if (word.owns_box()) {
            detail::prefetch_for_write(at(word.address()));
        }
    }

    static node *at(std::uint64_t address) noexcept { return reinterpret_cast<node *>(address); }
    static box_type *box_at(std::uint64_t address) noexcept {
        return reinterpret_cast<box_type *>(address);
    }

    /// The node whose first value was retired through this link.
    static node *of_value_link(detail::link_word &link) noexcept requires retires_value {
        auto *bytes = reinterpret_cast<std::byte *>(&link) - offsetof(header, parts);
        return static_cast<node *>(reinterpret_cast<header *>(bytes));
    }
    /// The node that was retired through its state.
    static node *of_state_link(detail::link_word &link) noexcept {
        return static_cast<node *>(reinterpret_cast<header *>(&link));
    }
    /// The box that was retired through its link.
    static box_type *of_box_link(detail::link_word &link) noexcept {
        return reinterpret_cast<box_type *>(&link);
    }
};

template <class Pointee>
value_word live_word(value_state state, const Pointee *pointee) noexcept {
    return value_word{state, reinterpret_cast<std::uintptr_t>(pointee)};
}

FERRY_ENGINE_END
