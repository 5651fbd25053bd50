// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::concurrent_flat_map<Key, T> and concurrent_flat_set<Key>: lock-free hash containers that
// keep small keys and values in the table itself.
//
// Everything that concurrent_map.hpp says holds here, too, but for this:
//
//   - Key and T are trivially copyable and have at most 8 bytes. Keys with equal bytes are equal,
//     and others are not: there is no KeyEqual. Hash is a ferry::invertible_hash.
//   - Values are changed in place. Whatever a call hands out is a copy: handles and items are
//     copies, and pin nothing; `find` under a guard gives a std::optional; functions that are called
//     with `const T &` see a copy.
//   - A function that runs again if another thread changes its key may also run again if a migration
//     moves the key in between, or a key with the same home is inserted.
//   - There is no allocator. After construction, an operation on a key allocates only tables, and a
//     thread's record at its first use of the domain. snapshot() and items() allocate their copies.
//     An operation that changes something throws std::bad_alloc if it needs a table and there is no
//     memory; then it has changed nothing.
//   - On x86-64 the processor must have cmpxchg16b; otherwise the constructor aborts.
//   - In a table of fewer than 2048 cells a path has at most nine buckets. Such a table may grow
//     before it holds as many elements as were asked for. If many keys have one home, which only a
//     bad hash or a stranger who knows the hash's secret brings about, a table takes 512 to 2048
//     bytes for each of them.
//   - `compute` may make a table although its function then keeps an absent key absent.
//   - A value that is replaced or erased is gone at once, without a grace period: nothing has to be
//     destroyed. If T is a pointer, what it leads to is the user's.
//   - Erased keys are dropped by the next migration. options::drop_on_erase has no effect.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include "ferry/detail/chain/no_value.hpp"
#include "ferry/detail/flat/flat_engine.hpp"
#include "ferry/detail/interface/basic_map.hpp"
#include "ferry/detail/interface/basic_set.hpp"
#include "ferry/hash.hpp"

#include <concepts>
#include <initializer_list>
#include <iterator>
#include <utility>

FERRY_MAP_BEGIN

/// A lock-free hash map from Key to T, with both in the table.
template <class Key, class T, class Hash>
class concurrent_flat_map : public engine::basic_map<engine::flat_core<Key, T, Hash>> {
    using base = engine::basic_map<engine::flat_core<Key, T, Hash>>;

public:
    /// An empty map. Constructors throw what allocations and copies of their arguments throw.
    concurrent_flat_map() : concurrent_flat_map(options{}) {}

    /// An empty map with room for `capacity` elements before it grows.
    explicit concurrent_flat_map(std::size_t capacity, const Hash &hash = Hash())
        : concurrent_flat_map(options{.capacity = capacity}, hash) {}

    /// An empty map, set up as `how` says: `ferry::options{.capacity = 1000}`.
    explicit concurrent_flat_map(const options &how, const Hash &hash = Hash()) : base(how, hash) {}

    /// The pairs of a range. Of equal keys the first one counts.
    template <std::input_iterator It>
    concurrent_flat_map(It first, It last) : concurrent_flat_map() {
        base::insert_between(first, last);
    }

    concurrent_flat_map(std::initializer_list<std::pair<const Key, T>> elements)
        : concurrent_flat_map(elements.begin(), elements.end()) {}

    /// A map with copies of all elements, the same hash, and default options. Weakly consistent, as
    /// for_each.
    concurrent_flat_map snapshot_map() const {
        concurrent_flat_map copies(base::size(), base::hash_function());
        base::for_each([&](const Key &key, const T &value) { copies.try_emplace(key, value); });
        return copies;
    }

    /// Whether both maps have the same keys with equal values. Weakly consistent: exact while no
    /// thread writes.
    friend bool operator==(const concurrent_flat_map &a,
                           const concurrent_flat_map &b) requires std::equality_comparable<T> {
        return a.equals(b);
    }

    friend void swap(concurrent_flat_map &a, concurrent_flat_map &b) noexcept { a.swap(b); }
};

template <std::input_iterator It>
concurrent_flat_map(It, It)
    -> concurrent_flat_map<std::remove_const_t<typename std::iter_value_t<It>::first_type>,
                           typename std::iter_value_t<It>::second_type>;

template <class Key, class T>
concurrent_flat_map(std::initializer_list<std::pair<Key, T>>)
    -> concurrent_flat_map<std::remove_const_t<Key>, T>;

/// A lock-free hash set of Keys, which are in the table.
template <class Key, class Hash>
class concurrent_flat_set
    : public engine::basic_set<engine::flat_core<Key, engine::no_value, Hash>> {
    using base = engine::basic_set<engine::flat_core<Key, engine::no_value, Hash>>;

public:
    /// An empty set. Constructors throw what allocations and copies of their arguments throw.
    concurrent_flat_set() : concurrent_flat_set(options{}) {}

    /// An empty set with room for `capacity` elements before it grows.
    explicit concurrent_flat_set(std::size_t capacity, const Hash &hash = Hash())
        : concurrent_flat_set(options{.capacity = capacity}, hash) {}

    /// An empty set, set up as `how` says.
    explicit concurrent_flat_set(const options &how, const Hash &hash = Hash()) : base(how, hash) {}

    /// The keys of a range.
    template <std::input_iterator It>
    concurrent_flat_set(It first, It last) : concurrent_flat_set() {
        base::insert_between(first, last);
    }

    concurrent_flat_set(std::initializer_list<Key> keys)
        : concurrent_flat_set(keys.begin(), keys.end()) {}

    /// Whether both sets have the same keys. Weakly consistent: exact while no thread writes.
    friend bool operator==(const concurrent_flat_set &a, const concurrent_flat_set &b) {
        return a.equals(b);
    }

    friend void swap(concurrent_flat_set &a, concurrent_flat_set &b) noexcept { a.swap(b); }
};

template <std::input_iterator It>
concurrent_flat_set(It, It) -> concurrent_flat_set<std::iter_value_t<It>>;

template <class Key>
concurrent_flat_set(std::initializer_list<Key>) -> concurrent_flat_set<Key>;

FERRY_MAP_END

#endif
