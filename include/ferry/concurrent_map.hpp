// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::concurrent_map: a lock-free hash map.
//
// One rule: a value is immutable once it is in the map, and whatever outlives the call is tied to
// a guard or a handle. No operation hands out a T&; who wants to change a value in place makes it
// a type with atomic, mutable members.
//
// Where nothing else is said, an operation
//   - may be called from any number of threads at once, also from callbacks and from destructors
//     of keys and values;
//   - is linearizable: it takes effect at one instant between call and return;
//   - is lock-free if it changes something: a thread stopped anywhere, for ever, stops nobody
//     else. Lookups never wait and never retry; their steps are bounded by the key's path. Both
//     hold as far as they hold for the allocator and for the user's functions;
//   - calls callbacks pinned and without locks, and more than once only where it says so. A
//     callback that changes its own key may make the operation repeat without end;
//   - has no effect if hash, equality, an allocation, a constructor or a callback throws;
//   - may throw std::bad_alloc when its thread uses the domain for the first time. In a program
//     that is compiled without exceptions, what would throw calls std::abort.
//
// The allocator is copied and called by any number of threads at once, from lookups too (they help
// and they reclaim), and what one thread allocated another frees: it must allow that. It serves
// nodes and boxes; tables come from the system. Moving and swapping take it along. Where it returns
// an address of more than 48 bits, such as a tagged pointer, or one that is not aligned to 8 bytes,
// the memory goes back to it and the operation throws ferry::unusable_address, which is a
// std::bad_alloc. A trivially
// copyable value of at most 64 bytes may be made elsewhere and copied to its place, unless the
// allocator constructs by itself: it must not keep its own address.
//
// Keys of erased elements are kept, and may be compared with, until a sweep of the table drops
// them (options::drop_on_erase: at once, but for keys that come back again and again). Values are
// destroyed once a grace period is over, by whichever thread then changes something in the map, a
// few at a time; a map that is only read from then on keeps the last of them until reclaim() is
// called. Their destructors must not throw. Not for use in signal handlers.
//
// A child of fork may use, resize and destroy the maps of its parent, whatever other threads were
// doing: each of their operations has taken effect or has not, and their guards and handles hold
// nothing back. The forking thread may be in a callback. What these lost threads had in hand is
// lost, at most, for each of them: an element's key and value, a box, a table, or a list of garbage
// that it was about to put back. It is not freed and not destroyed in the child, and stats() goes
// on counting it as retired. size(), and each figure of stats() that counts elements or slots, may
// stay wrong by one for each of them; the choice of a table's size allows for 64 of these.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include "ferry/detail/interface/basic_map.hpp"
#include "ferry/detail/node/engine.hpp"
#include "ferry/hash.hpp"
#include "ferry/unusable_address.hpp"

#include <initializer_list>
#include <iterator>

FERRY_MAP_BEGIN

/// A lock-free hash map from Key to T. `K` in a lookup is Key or, when Hash and KeyEqual are both
/// transparent, anything they take; otherwise it is converted to Key first.
template <class Key, class T, class Hash, class KeyEqual, class Allocator>
class concurrent_map
    : public engine::basic_map<engine::node_core<Key, T, Hash, KeyEqual, Allocator>> {
    static_assert(!std::is_same_v<T, engine::unit>);

    using base = engine::basic_map<engine::node_core<Key, T, Hash, KeyEqual, Allocator>>;

public:
    using base::base;
    concurrent_map() = default;
    /// The pairs of a list; of equal keys the first. (Here and not inherited, for deduction.)
    concurrent_map(std::initializer_list<std::pair<const Key, T>> elements) : base(elements) {}

    friend void swap(concurrent_map &a, concurrent_map &b) noexcept { a.swap(b); }
};

template <std::input_iterator It>
concurrent_map(It, It)
    -> concurrent_map<std::remove_const_t<typename std::iter_value_t<It>::first_type>,
                      typename std::iter_value_t<It>::second_type>;

template <class Key, class T>
concurrent_map(std::initializer_list<std::pair<Key, T>>)
    -> concurrent_map<std::remove_const_t<Key>, T>;

FERRY_MAP_END

#endif
