// SPDX-License-Identifier: BSL-1.0
#pragma once

// The interface of the maps, over any engine. Every statement in concurrent_map.hpp holds here.

#include "ferry/detail/chain/answer.hpp"
#include "ferry/detail/interface/updates.hpp"

#include <concepts>
#include <iterator>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <utility>
#include <vector>

FERRY_ENGINE_BEGIN

template <class Engine>
class basic_map : public map_updates<Engine> {
    using base = map_updates<Engine>;
    using base::maker;
    using base::maker_of;
    using base::with_new_key;

public:
    using typename base::handle;
    using typename base::key_type;
    using typename base::mapped_type;
    using typename base::owned_handle;
    using typename base::size_type;
    using value_type = std::pair<const key_type, mapped_type>;

    // --- lookup: contains, count and find are in container.hpp ---

    /// A copy of the key's value, or nothing if the key is absent. (Go's Load.)
    template <class K = key_type>
    [[gnu::always_inline]] std::optional<mapped_type>
    get(const K &key) const requires std::copy_constructible<mapped_type> {
        detail::operation_pin pinned(core_.domain());
        const auto at = core_.operation_on(pinned.self, key).find();
        return at ? std::optional<mapped_type>(at.value()) : std::nullopt;
    }

    /// A copy of the key's value. Throws std::out_of_range if the key is absent.
    template <class K = key_type>
    mapped_type at(const K &key) const requires std::copy_constructible<mapped_type> {
        auto value = get(key);
        if (!value) {
            FERRY_THROW(std::out_of_range("ferry: at() was called with an absent key"));
        }
        return *std::move(value);
    }

    /// A copy of the key's value, or T(fallback) if the key is absent.
    template <class K = key_type, class U = mapped_type>
    mapped_type value_or(const K &key,
                         U &&fallback) const requires std::copy_constructible<mapped_type> {
        if (auto value = get(key)) {
            return *std::move(value);
        }
        mapped_type made(std::forward<U>(fallback));
        return made;
    }

    /// Calls `f(const T &)` once with the key's value, or, if f cannot be called with that alone,
    /// `f(const Key &, const T &)`; the references end with the call. False: the key is absent, and
    /// f was not called.
    template <class K, class F>
    [[gnu::always_inline]] bool visit(const K &key, F &&f) const {
        detail::operation_pin pinned(core_.domain());
        const auto at = core_.operation_on(pinned.self, key).find();
        if (at) {
            const mapped_type &value = at.value();
            if constexpr (std::invocable<F, const mapped_type &>) {
                std::forward<F>(f)(value);
            } else {
                engine::must_take_value_or_element<key_type, mapped_type, F>();
                const key_type &stored = at.key();
                std::forward<F>(f)(stored, value);
            }
        }
        return static_cast<bool>(at);
    }

    using base::find;

    /// A pointer to the key's value, which is valid while `under` lives and is not refreshed.
    /// nullptr: the key is absent. A flat map gives a std::optional with a copy instead. `under` is
    /// a guard of this map's domain; the call pins nothing itself.
    template <class K = key_type>
    auto find(const K &key, const guard &under) const {
        base::check(under);
        return core_.operation_on(under.record(), key).find().value_under_guard();
    }
    /// As above, under an owned_guard, on any thread. What is returned is valid while the
    /// owned_guard lives and is not refreshed. The call pins its own thread meanwhile.
    template <class K = key_type>
    auto find(const K &key, const owned_guard &under) const {
        base::check(under);
        detail::operation_pin pinned(core_.domain());
        return core_.operation_on(pinned.self, key).find().value_under_guard();
    }

    /// Looks up many keys faster than one by one, because their cache misses overlap. Calls
    /// `f(index, const T &)` for the keys that are present, in order, and returns their number.
    /// Each lookup is linearizable; all of them together are not. The iterators are read twice.
    template <std::random_access_iterator It, class F>
    size_type visit_many(It first, It last, F &&f) const {
        detail::operation_pin pinned(core_.domain());
        return engine::find_many(core_, pinned.self, static_cast<size_type>(last - first),
                                 key_at<Engine>(first), f);
    }

    // --- insertion ---

    /// Inserts the pair unless the key is present. False: the key was present, and its value stays.
    bool insert(key_type key, mapped_type value) requires std::move_constructible<mapped_type> {
        return try_emplace(std::move(key), std::move(value));
    }
    bool
    insert(std::pair<key_type, mapped_type> element) requires std::move_constructible<mapped_type> {
        return try_emplace(std::move(element.first), std::move(element.second));
    }

    /// As insert(key, value), for what is looked up as it is but does not convert to Key: a string
    /// view.
    template <class K>
    bool insert(const K &key,
                mapped_type value) requires(!std::convertible_to<const K &, key_type> &&
                                            std::constructible_from<key_type, const K &> &&
                                            Engine::template as_it_is<K>) {
        return try_emplace(key, std::move(value));
    }

    /// Inserts the pairs of a range one after another, and returns how many were inserted. If one
    /// throws, those before it stay inserted.
    template <std::ranges::input_range R>
    size_type insert_range(R &&range) {
        size_type inserted = 0;
        for (auto &&element : range) {
            inserted += try_emplace(std::forward<decltype(element)>(element).first,
                                    std::forward<decltype(element)>(element).second);
        }
        return inserted;
    }

    /// Inserts the pairs of a range faster than one by one, because their cache misses overlap, and
    /// returns how many were inserted. Each insertion is linearizable; all of them together are
    /// not. If one throws, those before it stay inserted; if hashing or converting a key throws,
    /// those before its group of 16. The iterators are read twice; a std::move_iterator is moved
    /// from once.
    template <class It>
    size_type insert_many(It first, It last) requires std::sized_sentinel_for<It, It> {
        return engine::change_many(
            core_, static_cast<size_type>(last - first), pair_key_at<Engine>(first),
            [&](size_type index) {
                auto &&element = first[static_cast<std::iter_difference_t<It>>(index)];
                return try_emplace(std::forward<decltype(element)>(element).first,
                                   std::forward<decltype(element)>(element).second);
            });
    }

    /// Inserts T(args...) unless the key is present. If it is present, no value is made and `args`
    /// are not moved from. But if another thread inserts the key at the same time, the value may be
    /// made and destroyed. True: inserted.
    template <class K, class... Args>
    bool try_emplace(K &&key, Args &&...args) {
        detail::operation_pin pinned(core_.domain());
        return insert_new(pinned.self, std::forward<K>(key), maker(std::forward<Args>(args)...))
            .inserted();
    }
    template <class... Args>
    bool try_emplace(key_type &&key, Args &&...args) {
        return try_emplace<key_type, Args...>(std::move(key), std::forward<Args>(args)...);
    }

    /// As try_emplace.
    template <class K, class... Args>
    bool emplace(K &&key, Args &&...args) {
        return try_emplace(std::forward<K>(key), std::forward<Args>(args)...);
    }

    /// Inserts the key with the value, or replaces its value. True: inserted. (Go's Store.)
    template <class K, class M>
    bool insert_or_assign(K &&key, M &&value) {
        return emplace_or_assign(std::forward<K>(key), std::forward<M>(value));
    }

    /// As insert_or_assign, with the value T(args...).
    template <class K, class... Args>
    bool emplace_or_assign(K &&key, Args &&...args) {
        return assign(std::forward<K>(key), maker(std::forward<Args>(args)...),
                      [](const mapped_type &) {});
    }

    /// As insert_or_assign, with the value that `f()` returns. f is called once.
    template <class K, class F>
    bool insert_or_assign_with(K &&key, F &&f) {
        return assign(std::forward<K>(key), maker_of(f), [](const mapped_type &) {});
    }

    /// As insert_or_assign; returns a copy of the replaced value, or nothing. (Go's Swap.)
    template <class K, class M>
    std::optional<mapped_type> exchange(K &&key,
                                        M &&value) requires std::copy_constructible<mapped_type> {
        std::optional<mapped_type> old;
        // The copy is made before the value is replaced, because copying may throw.
        if (assign(std::forward<K>(key), maker(std::forward<M>(value)),
                   [&](const mapped_type &current) { old.emplace(current); })) {
            old.reset();
        }
        return old;
    }

    /// Inserts T(args...) unless the key is present, as try_emplace does. Returns a handle of the
    /// key's element, and whether it was inserted. (Go's LoadOrStore.)
    template <class K, class... Args>
    std::pair<handle, bool> get_or_emplace(K &&key, Args &&...args) {
        return handle_of_new<handle>(std::forward<K>(key), maker(std::forward<Args>(args)...));
    }
    /// As get_or_emplace, with a handle that may be moved to another thread and end there.
    template <class K, class... Args>
    std::pair<owned_handle, bool> get_or_emplace_owned(K &&key, Args &&...args) {
        return handle_of_new<owned_handle>(std::forward<K>(key),
                                           maker(std::forward<Args>(args)...));
    }

    /// As get_or_emplace, with the value that `f()` returns. f is called at most once, and only if
    /// the key was found absent. Its value is discarded if another thread inserts the key at the
    /// same time.
    template <class K, class F>
    std::pair<handle, bool> get_or_emplace_with(K &&key, F &&f) {
        return handle_of_new<handle>(std::forward<K>(key), maker_of(f));
    }

    // --- update, upsert and compute are in updates.hpp ---

    // --- removal: erase and extract are in container.hpp, of all elements in whole.hpp ---

    using base::erase_if;

    /// Erases the key if its value equals `expected`. True: erased. (Go's CompareAndDelete.)
    template <class K = key_type>
    bool compare_erase(const K &key,
                       const mapped_type &expected) requires std::equality_comparable<mapped_type> {
        return erase_if(key, [&](const mapped_type &value) { return value == expected; });
    }

    /// Erases the key if `pred(const T &)` is true for its value. True: erased. pred runs again if
    /// another thread changes the key in between.
    template <class K, class Pred>
    bool erase_if(const K &key, Pred &&pred) {
        engine::must_take_value<mapped_type, Pred>();
        detail::operation_pin pinned(core_.domain());
        return static_cast<bool>(core_.operation_on(pinned.self, key).erase(pred));
    }

    // --- whole map: for_each and others are in whole.hpp ---

    /// Copies of all elements. Weakly consistent, as for_each.
    std::vector<std::pair<typename Engine::owned_key, mapped_type>> snapshot()
        const requires std::copy_constructible<key_type> && std::copy_constructible<mapped_type> {
        std::vector<std::pair<typename Engine::owned_key, mapped_type>> copies;
        copies.reserve(base::size());
        base::for_each([&](const key_type &key, const mapped_type &value) {
            copies.emplace_back(key, value);
        });
        return copies;
    }

protected:
    using base::base;
    using base::core_;

    /// Whether both have the same elements: weakly consistent, exact while no thread writes.
    bool equals(const basic_map &other) const {
        return base::size() == other.size() &&
               base::for_each_while([&](const key_type &key, const mapped_type &value) {
                   bool same = false;
                   other.visit(key, [&](const mapped_type &theirs) { same = value == theirs; });
                   return same;
               });
    }

    /// Inserts the pairs of a range, one after another.
    template <class It>
    void insert_between(It first, It last) {
        for (; first != last; ++first) {
            auto &&element = *first;
            try_emplace(std::forward<decltype(element)>(element).first,
                        std::forward<decltype(element)>(element).second);
        }
    }

private:
    template <class K, class MakeValue>
    auto insert_new(detail::thread_record &self, K &&key, MakeValue &&make_value) {
        return with_new_key(self, std::forward<K>(key), [&](auto &&of, auto &&make_key) {
            return of.insert(make_key, make_value);
        });
    }

    template <class K, class MakeValue, class BeforeReplacing>
    bool assign(K &&key, MakeValue &&make_value, BeforeReplacing &&before_replacing) {
        detail::operation_pin pinned(core_.domain());
        return with_new_key(pinned.self, std::forward<K>(key), [&](auto &&of, auto &&make_key) {
            return of.assign(make_key, make_value, before_replacing).inserted();
        });
    }

    template <class Handle, class K, class MakeValue>
    std::pair<Handle, bool> handle_of_new(K &&key, MakeValue &&make_value) {
        bool inserted = false;
        Handle at = Handle::of(core_, [&](detail::thread_record &self) {
            const auto result = insert_new(self, std::forward<K>(key), make_value);
            inserted = result.inserted();
            return result.at;
        });
        return {std::move(at), inserted};
    }
};

FERRY_ENGINE_END
