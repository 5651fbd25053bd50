// SPDX-License-Identifier: BSL-1.0
#pragma once

// The interface of the sets, over any engine. Every statement in concurrent_map.hpp holds here.

#include "ferry/detail/interface/whole.hpp"

#include <initializer_list>
#include <iterator>
#include <ranges>
#include <utility>
#include <vector>

FERRY_ENGINE_BEGIN

/// The values of the engine are all alike.
template <class Engine>
class basic_set : public whole_container<Engine> {
    using base = whole_container<Engine>;
    using base::with_new_key;

public:
    using typename base::handle;
    using typename base::key_type;
    using typename base::size_type;
    using value_type = key_type;

    // --- lookup: contains, count and find are in container.hpp ---

    /// Calls `f(const Key &)` once with the set's key; the reference ends with the call. False: the
    /// key is absent, and f was not called.
    template <class K, class F>
    bool visit(const K &key, F &&f) const {
        detail::operation_pin pinned(core_.domain());
        const auto at = core_.operation_on(pinned.self, key).find();
        if (at) {
            std::forward<F>(f)(at.key());
        }
        return static_cast<bool>(at);
    }

    using base::find;

    /// A pointer to the set's key, which is valid while `under` lives and is not refreshed.
    /// nullptr: the key is absent. A flat set gives a std::optional with a copy instead. `under` is
    /// a guard of this set's domain; the call pins nothing itself.
    template <class K = key_type>
    auto find(const K &key, const guard &under) const {
        base::check(under);
        return core_.operation_on(under.record(), key).find().key_under_guard();
    }
    /// As above, under an owned_guard, on any thread. What is returned is valid while the
    /// owned_guard lives and is not refreshed. The call pins its own thread meanwhile.
    template <class K = key_type>
    auto find(const K &key, const owned_guard &under) const {
        base::check(under);
        detail::operation_pin pinned(core_.domain());
        return core_.operation_on(pinned.self, key).find().key_under_guard();
    }

    // --- insertion and removal: erase and extract are in container.hpp ---

    /// Inserts the key unless an equal key is present. False: one was present, and it stays.
    template <class K = key_type>
    bool insert(K &&key) {
        detail::operation_pin pinned(core_.domain());
        return with_new_key(pinned.self, std::forward<K>(key), [&](auto &&of, auto &&make_key) {
            return of.insert(make_key, [](auto *) noexcept {}).inserted();
        });
    }

    /// Inserts the keys of a range one after another, and returns how many were inserted. If one
    /// throws, those before it stay inserted.
    template <std::ranges::input_range R>
    size_type insert_range(R &&range) {
        size_type inserted = 0;
        for (auto &&key : range) {
            inserted += insert(std::forward<decltype(key)>(key));
        }
        return inserted;
    }

    /// Inserts the keys of a range faster than one by one, because their cache misses overlap, and
    /// returns how many were inserted. As concurrent_map::insert_many.
    template <class It>
    size_type insert_many(It first, It last) requires std::sized_sentinel_for<It, It> {
        return engine::change_many(core_, static_cast<size_type>(last - first),
                                   key_at<Engine>(first), [&](size_type index) {
                                       return insert(
                                           first[static_cast<std::iter_difference_t<It>>(index)]);
                                   });
    }

    // --- whole set: for_each and others are in whole.hpp ---

    /// Copies of all keys.
    std::vector<typename Engine::owned_key>
    snapshot() const requires std::copy_constructible<key_type> {
        std::vector<typename Engine::owned_key> copies;
        copies.reserve(base::size());
        base::for_each([&](const key_type &key) { copies.emplace_back(key); });
        return copies;
    }

protected:
    using base::base;
    using base::core_;

    /// Whether both have the same keys: weakly consistent, exact while no thread writes.
    bool equals(const basic_set &other) const {
        return base::size() == other.size() &&
               base::for_each_while([&](const key_type &key) { return other.contains(key); });
    }

    /// Inserts the keys of a range, one after another.
    template <class It>
    void insert_between(It first, It last) {
        for (; first != last; ++first) {
            insert(*first);
        }
    }
};

FERRY_ENGINE_END
