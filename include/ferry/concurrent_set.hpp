// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::concurrent_set: a lock-free hash set. Everything said in concurrent_map.hpp holds here.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include "ferry/detail/interface/container.hpp"
#include "ferry/hash.hpp"

#include <initializer_list>
#include <ranges>
#include <vector>

FERRY_MAP_BEGIN

/// A lock-free hash set of Keys. `K` in a lookup is Key or, when Hash and KeyEqual are both
/// transparent, anything they take; otherwise it is converted to Key first.
template <class Key, class Hash, class KeyEqual, class Allocator>
class concurrent_set : public engine::container<Key, engine::unit, Hash, KeyEqual, Allocator> {
    using base = engine::container<Key, engine::unit, Hash, KeyEqual, Allocator>;
    using core_type = typename base::core_type;
    using found = engine::found_value<typename core_type::node_type>;
    using base::core_;

public:
    using value_type = Key;
    using typename base::handle;
    using typename base::size_type;

    // --- construction ---

    /// An empty set. Constructors throw what allocation and the arguments' copies throw.
    concurrent_set() : concurrent_set(options{}) {}

    /// An empty set with room for `capacity` elements before it grows.
    explicit concurrent_set(size_type capacity, const Hash &hash = Hash(),
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
        for (; first != last; ++first) {
            insert(*first);
        }
    }

    concurrent_set(std::initializer_list<Key> keys) : concurrent_set(keys.begin(), keys.end()) {}

    // --- lookup ---

    /// Whether the key is there.
    template <class K = Key>
    bool contains(const K &key) const {
        detail::operation_pin pinned(core_.domain());
        return static_cast<bool>(find_it(pinned.self, key));
    }

    /// 1 if the key is there, else 0.
    template <class K = Key>
    size_type count(const K &key) const {
        return contains(key) ? 1 : 0;
    }

    /// Calls `f(const Key &)` with the key as it is in the set; false: absent, not called. The
    /// reference ends with the call.
    template <class K, class F>
    bool visit(const K &key, F &&f) const {
        detail::operation_pin pinned(core_.domain());
        const found at = find_it(pinned.self, key);
        if (at) {
            std::forward<F>(f)(std::as_const(at.node->key));
        }
        return static_cast<bool>(at);
    }

    /// A handle of the key, or of nothing. It pins this thread while it lives.
    template <class K = Key>
    handle find(const K &key) const {
        return engine::make_handle(core_, [&](auto &self) { return find_it(self, key); });
    }

    /// The key as it is in the set, valid as long as `under` lives and is not refreshed; nullptr:
    /// absent. Pins nothing itself. `under` is a guard of this set's domain.
    template <class K = Key>
    const Key *find(const K &key, const guard &under) const {
        base::check(under);
        const found at = find_it(under.record(), key);
        return at ? std::addressof(at.node->key) : nullptr;
    }

    // --- insertion and removal ---

    /// Inserts unless an equal key is there. False: it was, and stays.
    template <class K = Key>
    bool insert(K &&key) {
        if constexpr (base::template as_it_is<K>) {
            return insert_it(key, [this, &key](Key *place) {
                core_.memory().construct(place, std::forward<K>(key));
            });
        } else {
            static_assert(std::is_convertible_v<K, Key>,
                          "ferry: this cannot become a key: it does not convert to Key");
            Key converted(std::forward<K>(key));
            return insert_it(converted, [this, &converted](Key *place) {
                core_.memory().construct(place, std::move(converted));
            });
        }
    }

    /// Inserts the keys of a range, one after another; returns how many were inserted. What throws
    /// leaves those before it inserted.
    template <std::ranges::input_range R>
    size_type insert_range(R &&range) {
        size_type inserted = 0;
        for (auto &&key : range) {
            inserted += insert(std::forward<decltype(key)>(key));
        }
        return inserted;
    }

    /// Erases the key; returns how many that were: 1 or 0. Does not allocate.
    template <class K = Key>
    size_type erase(const K &key) {
        detail::operation_pin pinned(core_.domain());
        return erase_it(pinned.self, key) ? 1 : 0;
    }

    /// Erases the key; it stays readable through the handle.
    template <class K = Key>
    handle extract(const K &key) {
        return engine::make_handle(core_, [&](auto &self) { return erase_it(self, key); });
    }

    /// Erases the keys for which `pred(const Key &)`; returns how many. Each is erased at an
    /// instant of its own. pred runs again for a key that is erased and inserted in between.
    template <class Pred>
    size_type erase_if(Pred &&pred) {
        detail::operation_pin pinned(core_.domain());
        return engine::erase_all_if(
            core_, pinned.self, [&](const Key &key, engine::unit) -> bool { return pred(key); });
    }

    // --- whole set: weakly consistent, as concurrent_map::for_each ---

    /// Calls `f(const Key &)` for the keys.
    template <class F>
    void for_each(F &&f) const {
        base::for_each_in({}, [&](const Key &key, engine::unit) {
            f(key);
            return true;
        });
    }

    /// One of `parts` equal shares of for_each, for as many threads; part < parts.
    template <class F>
    void for_each(size_type part, size_type parts, F &&f) const {
        base::for_each_in({part, parts}, [&](const Key &key, engine::unit) {
            f(key);
            return true;
        });
    }

    /// for_each that stops when f returns false; returns false then.
    template <class F>
    bool for_each_while(F &&f) const {
        return base::for_each_in({}, [&](const Key &key, engine::unit) -> bool { return f(key); });
    }

    /// Copies of all keys.
    std::vector<Key> snapshot() const requires std::copy_constructible<Key> {
        std::vector<Key> copies;
        copies.reserve(base::size());
        for_each([&](const Key &key) { copies.push_back(key); });
        return copies;
    }

    friend void swap(concurrent_set &a, concurrent_set &b) noexcept { a.swap(b); }

private:
    template <class K>
    [[gnu::always_inline]] found find_it(detail::thread_record &self, const K &key) const {
        decltype(auto) wanted = base::lookup_key(key);
        return engine::find(core_, self, core_.hash_value(wanted), wanted);
    }

    template <class K>
    found erase_it(detail::thread_record &self, const K &key) {
        decltype(auto) wanted = base::lookup_key(key);
        return engine::erase(core_, self, core_.hash_value(wanted), wanted,
                             [](engine::unit) noexcept { return true; });
    }

    template <class K, class MakeKey>
    bool insert_it(const K &key, MakeKey &&make_key) {
        detail::operation_pin pinned(core_.domain());
        return engine::put(
                   core_, pinned.self, core_.hash_value(key), key, make_key,
                   [](engine::unit *) noexcept { return true; }, engine::keep_live{})
            .inserted();
    }
};

template <std::input_iterator It>
concurrent_set(It, It) -> concurrent_set<std::iter_value_t<It>>;

template <class Key>
concurrent_set(std::initializer_list<Key>) -> concurrent_set<Key>;

FERRY_MAP_END

#endif
