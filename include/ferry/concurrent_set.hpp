// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::concurrent_set: a lock-free hash set. Every statement in concurrent_map.hpp holds here.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include "ferry/detail/interface/basic_set.hpp"
#include "ferry/detail/node/node_engine.hpp"
#include "ferry/hash.hpp"
#include "ferry/unusable_address.hpp"

#include <initializer_list>
#include <iterator>

FERRY_MAP_BEGIN

/// A lock-free hash set of Keys. A lookup takes a `K`: a Key or, if Hash and KeyEqual are both
/// transparent, any type that they take. Any other K is converted to Key first. The Key
/// ferry::inline_string stands for strings in the nodes; key_type is then std::string_view.
template <class Key, class Hash, class KeyEqual, class Allocator>
class concurrent_set : public engine::basic_set<
                           engine::node_core<Key, engine::no_value, Hash, KeyEqual, Allocator>> {
    using base =
        engine::basic_set<engine::node_core<Key, engine::no_value, Hash, KeyEqual, Allocator>>;

public:
    using allocator_type = Allocator;

    /// An empty set. Constructors throw what allocations and copies of their arguments throw.
    concurrent_set() : concurrent_set(options{}) {}

    /// An empty set with room for `capacity` elements before it grows.
    explicit concurrent_set(std::size_t capacity, const Hash &hash = Hash(),
                            const KeyEqual &equal = KeyEqual(),
                            const Allocator &allocator = Allocator())
        : concurrent_set(options{.capacity = capacity}, hash, equal, allocator) {}

    /// An empty set, set up as `how` says.
    explicit concurrent_set(const options &how, const Hash &hash = Hash(),
                            const KeyEqual &equal = KeyEqual(),
                            const Allocator &allocator = Allocator())
        : base(how, hash, equal, allocator) {}

    /// An empty set with this allocator.
    explicit concurrent_set(const Allocator &allocator)
        : concurrent_set(options{}, Hash(), KeyEqual(), allocator) {}

    /// The keys of a range.
    template <std::input_iterator It>
    concurrent_set(It first, It last) : concurrent_set() {
        base::insert_between(first, last);
    }

    concurrent_set(std::initializer_list<typename base::key_type> keys)
        : concurrent_set(keys.begin(), keys.end()) {}

    allocator_type get_allocator() const noexcept { return base::core_.allocator(); }

    /// Whether both sets have the same keys. Weakly consistent: exact while no thread writes.
    friend bool operator==(const concurrent_set &a, const concurrent_set &b) { return a.equals(b); }

    friend void swap(concurrent_set &a, concurrent_set &b) noexcept { a.swap(b); }
};

template <std::input_iterator It>
concurrent_set(It, It) -> concurrent_set<std::iter_value_t<It>>;

template <class Key>
concurrent_set(std::initializer_list<Key>) -> concurrent_set<Key>;

FERRY_MAP_END

#endif
