// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::concurrent_map: a lock-free hash map.
//
// One rule: a value is immutable once it is in the map, and a reference that outlives its call
// depends on a guard or a handle. No operation returns a T&. To change a value in place, make
// it, or members of it, a ferry::atomic_value.
//
// Unless a function says otherwise, an operation
//   - may be called from any number of threads at once, also from callbacks and from destructors of
//     keys and values;
//   - is linearizable: it takes effect at one instant between call and return;
//   - is lock-free if it changes something: a thread that stops anywhere, even forever, stops no
//     other thread. Lookups never wait or restart; their steps are bounded by the key's path. Both
//     hold as far as they hold for the allocator and for the user's functions;
//   - calls callbacks while it is pinned and holds no lock, and repeats a call only where it says
//     so. A callback that changes its own key may make the operation repeat without end;
//   - has no effect if hash, equality, an allocation, a constructor or a callback throws;
//   - may throw std::bad_alloc when its thread uses the domain for the first time, and at each call
//     that makes an owned guard or handle. In a program compiled without exceptions, std::abort is
//     called wherever ferry would throw.
//
// The allocator is copied, and any number of threads call it at once, also in lookups, which help
// and reclaim. One thread may free what another allocated. The allocator must allow both. It serves
// nodes and boxes; tables come from the system. Moving and swapping take it along. If it returns an
// address of more than 48 bits, such as a tagged pointer, or one that is not aligned to 8 bytes, it
// gets the memory back, and the operation throws ferry::unusable_address, which is a
// std::bad_alloc. A trivially copyable value of at most 64 bytes may be made elsewhere and copied
// to its place, unless the allocator has a construct() for it. Such a value must not keep its own
// address.
//
// Keys of erased elements are kept, and may be compared with, until the next migration drops them.
// With options::drop_on_erase most are dropped at once (options.hpp says which are not).
// Values are destroyed after a grace period, a few at a time, by whichever thread then
// changes something in the map. A map that is only read from then on keeps the last of them until
// reclaim() or maintain() is called. Destructors of keys and values must not throw. Not for use in
// signal handlers.
//
// A child of fork may use, resize and destroy the maps of its parent, whatever other threads were
// doing. The forking thread may be in a callback. Each operation of the other threads, which are
// lost, has taken effect or has not. Their guards and handles hold nothing back, except owned ones.
// Each lost thread loses at most what it had in hand: an element's key and value, a box, a table,
// or a list of garbage that it was about to put back. The child does not destroy or free this, and
// stats() continues to count it as retired. size(), and each figure of stats() that counts elements
// or slots, may stay wrong by one for each lost thread. The choice of a table's size allows for 64
// such threads.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include "ferry/detail/interface/basic_map.hpp"
#include "ferry/detail/node/node_engine.hpp"
#include "ferry/hash.hpp"
#include "ferry/unusable_address.hpp"

#include <concepts>
#include <initializer_list>
#include <iterator>
#include <utility>

FERRY_MAP_BEGIN

/// A lock-free hash map from Key to T. A lookup takes a `K`: a Key or, if Hash and KeyEqual are
/// both transparent, any type that they take. Any other K is converted to Key first. The Key
/// ferry::inline_string stands for strings in the nodes; key_type is then std::string_view.
template <class Key, class T, class Hash, class KeyEqual, class Allocator>
class concurrent_map
    : public engine::basic_map<engine::node_core<Key, T, Hash, KeyEqual, Allocator>> {
    static_assert(!std::is_same_v<T, engine::no_value>);

    using base = engine::basic_map<engine::node_core<Key, T, Hash, KeyEqual, Allocator>>;

public:
    using allocator_type = Allocator;

    /// An empty map. Constructors throw what allocations and copies of their arguments throw.
    concurrent_map() : concurrent_map(options{}) {}

    /// An empty map with room for `capacity` elements before it grows.
    explicit concurrent_map(std::size_t capacity, const Hash &hash = Hash(),
                            const KeyEqual &equal = KeyEqual(),
                            const Allocator &allocator = Allocator())
        : concurrent_map(options{.capacity = capacity}, hash, equal, allocator) {}

    /// An empty map, set up as `how` says: `ferry::options{.capacity = 1000}`.
    explicit concurrent_map(const options &how, const Hash &hash = Hash(),
                            const KeyEqual &equal = KeyEqual(),
                            const Allocator &allocator = Allocator())
        : base(how, hash, equal, allocator) {}

    /// An empty map with this allocator.
    explicit concurrent_map(const Allocator &allocator)
        : concurrent_map(options{}, Hash(), KeyEqual(), allocator) {}

    /// The pairs of a range. Of equal keys the first one counts.
    template <std::input_iterator It>
    concurrent_map(It first, It last) : concurrent_map() {
        base::insert_between(first, last);
    }

    concurrent_map(std::initializer_list<typename base::value_type> elements)
        : concurrent_map(elements.begin(), elements.end()) {}

    /// A map with copies of all elements, the same hash, equality and allocator, and default
    /// options otherwise. Weakly consistent, as for_each.
    concurrent_map
    snapshot_map() const requires std::copy_constructible<Key> && std::copy_constructible<T> {
        concurrent_map copies(base::size(), base::hash_function(), base::key_eq(), get_allocator());
        base::for_each([&](const auto &key, const T &value) { copies.try_emplace(key, value); });
        return copies;
    }

    /// Whether both maps have the same keys with equal values. Weakly consistent: exact while no
    /// thread writes.
    friend bool operator==(const concurrent_map &a,
                           const concurrent_map &b) requires std::equality_comparable<T> {
        return a.equals(b);
    }

    allocator_type get_allocator() const noexcept { return base::core_.allocator(); }

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
