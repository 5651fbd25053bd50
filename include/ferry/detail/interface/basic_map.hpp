// SPDX-License-Identifier: BSL-1.0
#pragma once

// The interface of the maps, over any engine. Everything said in concurrent_map.hpp holds here.

#include "ferry/compute.hpp"
#include "ferry/detail/interface/container.hpp"

#include <initializer_list>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

FERRY_ENGINE_BEGIN

template <class Engine>
class basic_map : public container<Engine> {
    using base = container<Engine>;
    using base::core_;
    using base::with_new_key;
    using typename base::Allocator;
    using typename base::Hash;
    using typename base::Key;
    using typename base::KeyEqual;
    using typename base::T;

public:
    using mapped_type = T;
    using value_type = std::pair<const Key, T>;
    using typename base::handle;
    using typename base::size_type;

    // --- construction ---

    /// An empty map. Constructors throw what allocation and the arguments' copies throw.
    basic_map() : basic_map(options{}) {}

    /// An empty map with room for `capacity` elements before it grows.
    explicit basic_map(size_type capacity, const Hash &hash = Hash(),
                       const KeyEqual &equal = KeyEqual(), const Allocator &allocator = Allocator())
        : basic_map(options{.capacity = capacity}, hash, equal, allocator) {}

    /// An empty map, set up as `how` says: `ferry::options{.capacity = 1000}`.
    explicit basic_map(const options &how, const Hash &hash = Hash(),
                       const KeyEqual &equal = KeyEqual(), const Allocator &allocator = Allocator())
        : base(how, hash, equal, allocator) {}

    /// An empty map with this allocator.
    explicit basic_map(const Allocator &allocator)
        : basic_map(options{}, Hash(), KeyEqual(), allocator) {}

    /// The pairs of a range; of equal keys the first.
    template <std::input_iterator It>
    basic_map(It first, It last) : basic_map() {
        for (; first != last; ++first) {
            auto &&element = *first;
            try_emplace(std::forward<decltype(element)>(element).first,
                        std::forward<decltype(element)>(element).second);
        }
    }

    basic_map(std::initializer_list<value_type> elements)
        : basic_map(elements.begin(), elements.end()) {}

    // --- lookup ---

    /// A copy of the key's value, or nothing. (Go's Load.)
    template <class K = Key>
    std::optional<T> get(const K &key) const requires std::copy_constructible<T> {
        detail::operation_pin pinned(core_.domain());
        const auto at = core_.operation_on(pinned.self, key).find();
        return at ? std::optional<T>(at.value()) : std::nullopt;
    }

    /// Whether the key is there.
    template <class K = Key>
    bool contains(const K &key) const {
        detail::operation_pin pinned(core_.domain());
        return static_cast<bool>(core_.operation_on(pinned.self, key).find());
    }

    /// 1 if the key is there, else 0.
    template <class K = Key>
    size_type count(const K &key) const {
        return contains(key) ? 1 : 0;
    }

    /// Calls `f(const T &)` with the key's value; false: absent, not called. The reference ends
    /// with the call.
    template <class K, class F>
    bool visit(const K &key, F &&f) const {
        detail::operation_pin pinned(core_.domain());
        const auto at = core_.operation_on(pinned.self, key).find();
        if (at) {
            std::forward<F>(f)(at.value());
        }
        return static_cast<bool>(at);
    }

    /// A handle of the element, or of nothing. It pins this thread while it lives.
    template <class K = Key>
    handle find(const K &key) const {
        return handle::of(core_, [&](detail::thread_record &self) {
            return core_.operation_on(self, key).find();
        });
    }

    /// The key's value, valid as long as `under` lives and is not refreshed; nullptr: absent. Pins
    /// nothing itself. `under` is a guard of this map's domain.
    template <class K = Key>
    const T *find(const K &key, const guard &under) const {
        base::check(under);
        const auto at = core_.operation_on(under.record(), key).find();
        return at ? std::addressof(at.value()) : nullptr;
    }

    /// Looks up many keys faster than one by one: while one comes from memory, others are asked
    /// for. Calls `f(index, const T &)` for those that are there, in order; returns how many were.
    /// Each lookup is linearizable, all of them together are not. The iterators are read twice.
    template <std::random_access_iterator It, class F>
    size_type visit_many(It first, It last, F &&f) const {
        detail::operation_pin pinned(core_.domain());
        return core_.find_many(
            pinned.self, static_cast<size_type>(last - first),
            [&first](size_type index) -> decltype(auto) {
                using key_reference = decltype(first[0]);
                if constexpr (Engine::template as_it_is<key_reference>) {
                    return first[static_cast<std::iter_difference_t<It>>(index)];
                } else {
                    return static_cast<Key>(first[static_cast<std::iter_difference_t<It>>(index)]);
                }
            },
            f);
    }

    // --- insertion ---

    /// Inserts unless the key is there. False: it was, and stays as it is.
    bool insert(Key key, T value) requires std::move_constructible<T> {
        return try_emplace(std::move(key), std::move(value));
    }
    bool insert(std::pair<Key, T> element) requires std::move_constructible<T> {
        return try_emplace(std::move(element.first), std::move(element.second));
    }

    /// Inserts the pairs of a range, one after another; returns how many were inserted. What
    /// throws leaves those before it inserted.
    template <std::ranges::input_range R>
    size_type insert_range(R &&range) {
        size_type inserted = 0;
        for (auto &&element : range) {
            inserted += try_emplace(std::forward<decltype(element)>(element).first,
                                    std::forward<decltype(element)>(element).second);
        }
        return inserted;
    }

    /// Inserts a value made of the arguments unless the key is there; then nothing is made, and
    /// the arguments are not moved from. If another thread inserts the key just then, a value may
    /// have been made, and is destroyed.
    template <class K, class... Args>
    bool try_emplace(K &&key, Args &&...args) {
        detail::operation_pin pinned(core_.domain());
        return insert_new(pinned.self, std::forward<K>(key), maker(std::forward<Args>(args)...))
            .inserted();
    }
    template <class... Args>
    bool try_emplace(Key &&key, Args &&...args) {
        return try_emplace<Key, Args...>(std::move(key), std::forward<Args>(args)...);
    }

    /// Inserts, or replaces the value. True: inserted. (Go's Store.)
    template <class K, class M>
    bool insert_or_assign(K &&key, M &&value) {
        detail::operation_pin pinned(core_.domain());
        return assign(pinned.self, std::forward<K>(key), std::forward<M>(value), [](const T &) {})
            .inserted();
    }

    /// As insert_or_assign; returns a copy of the value replaced, or nothing. (Go's Swap.)
    template <class K, class M>
    std::optional<T> exchange(K &&key, M &&value) requires std::copy_constructible<T> {
        detail::operation_pin pinned(core_.domain());
        std::optional<T> old;
        // Copied before the value is replaced: it may throw.
        const auto result = assign(pinned.self, std::forward<K>(key), std::forward<M>(value),
                                   [&](const T &current) { old.emplace(current); });
        if (result.inserted()) {
            old.reset();
        }
        return old;
    }

    /// A handle of the key's element, which is inserted if it is absent; true: inserted.
    /// (Go's LoadOrStore.) As with try_emplace, nothing is made when the key is there.
    template <class K, class... Args>
    std::pair<handle, bool> get_or_emplace(K &&key, Args &&...args) {
        return handle_of_new(std::forward<K>(key), maker(std::forward<Args>(args)...));
    }

    /// As get_or_emplace, with the value `f()` returns. f is called at most once, and only if the
    /// key is found absent; its value is discarded if another thread inserts the key just then.
    template <class K, class F>
    std::pair<handle, bool> get_or_emplace_with(K &&key, F &&f) {
        return handle_of_new(std::forward<K>(key), maker_of(f));
    }

    // --- update: f runs again when another thread changes the same key in between ---

    /// The key's value becomes what `f(const T &)` returns. False: absent, f was not called.
    template <class K, class F>
    bool update(const K &key, F &&f) {
        detail::operation_pin pinned(core_.domain());
        return core_.operation_on(pinned.self, key).update(f);
    }

    /// Present: the value becomes what `f(const T &)` returns. Absent: T(args...) is inserted.
    /// True: inserted.
    template <class K, class F, class... Args>
    bool upsert(K &&key, F &&f, Args &&...args) {
        detail::operation_pin pinned(core_.domain());
        return with_new_key(pinned.self, std::forward<K>(key), [&](auto &&of, auto &&make_key) {
            return of.upsert(make_key, maker(std::forward<Args>(args)...), f).inserted();
        });
    }

    /// `f(const T *current)`, with nullptr for an absent key, returns what is to be: a T, or
    /// ferry::keep, or ferry::erase, or a std::optional<T> (nothing: erase), or, for several of
    /// these, a ferry::compute_decision<T>. What f saw and answered in its last call is what was
    /// found and done.
    template <class K, class F>
    compute_result compute(K &&key, F &&f) {
        detail::operation_pin pinned(core_.domain());
        return with_new_key(pinned.self, std::forward<K>(key),
                            [&](auto &&of, auto &&make_key) { return of.compute(make_key, f); });
    }

    /// If the key's value equals `expected` it becomes `desired`. False: absent, or another value.
    /// (Go's CompareAndSwap.) T's operator== is called again when another thread changes the key.
    template <class K = Key>
    bool
    compare_exchange(const K &key, const T &expected,
                     T desired) requires std::equality_comparable<T> && std::move_constructible<T> {
        detail::operation_pin pinned(core_.domain());
        return core_.operation_on(pinned.self, key).compare_exchange(expected, desired);
    }

    // --- removal ---

    /// Erases the key; returns how many elements that were: 1 or 0. (Go's Delete.) Its value is
    /// destroyed after a grace period. Does not allocate.
    template <class K = Key>
    requires(!std::is_invocable_r_v<bool, K &, const Key &, const T &>) size_type
        erase(const K &key) {
        detail::operation_pin pinned(core_.domain());
        return core_.operation_on(pinned.self, key).erase(always) ? 1 : 0;
    }

    /// Erases the key; the element stays readable through the handle. (Go's LoadAndDelete.)
    template <class K = Key>
    handle extract(const K &key) {
        return handle::of(core_, [&](detail::thread_record &self) {
            return core_.operation_on(self, key).erase(always);
        });
    }

    /// Erases the key if its value equals `expected`. (Go's CompareAndDelete.)
    template <class K = Key>
    bool compare_erase(const K &key, const T &expected) requires std::equality_comparable<T> {
        return erase_if(key, [&](const T &value) { return value == expected; });
    }

    /// Erases the key if `pred(const T &)`. pred runs again when another thread changes the key in
    /// between.
    template <class K, class Pred>
    bool erase_if(const K &key, Pred &&pred) {
        detail::operation_pin pinned(core_.domain());
        return static_cast<bool>(core_.operation_on(pinned.self, key).erase(pred));
    }

    /// Erases the elements for which `pred(const Key &, const T &)`; returns how many. Each is
    /// erased at an instant of its own. pred runs again for an element that is changed in between.
    /// Inside a guard of this thread the garbage cannot be freed while it runs.
    template <class Pred>
    size_type erase_if(Pred &&pred) {
        detail::operation_pin pinned(core_.domain());
        return core_.erase_all_if(pinned.self, pred);
    }

    // --- whole map: weakly consistent ---

    /// Calls `f(const Key &, const T &)` for the elements (Go's Range): for those that are there
    /// throughout exactly once, never for what never was; twice, perhaps, for an element that is
    /// erased and inserted again meanwhile. References end with each call. Lets reclamation pass
    /// now and then, unless this thread holds a guard or handle.
    template <class F>
    void for_each(F &&f) const {
        base::for_each_in({}, [&](const Key &key, const T &value) {
            f(key, value);
            return true;
        });
    }

    /// One of `parts` equal shares of for_each, for as many threads; part < parts.
    template <class F>
    void for_each(size_type part, size_type parts, F &&f) const {
        base::for_each_in({part, parts}, [&](const Key &key, const T &value) {
            f(key, value);
            return true;
        });
    }

    /// for_each that stops when f returns false; returns false then.
    template <class F>
    bool for_each_while(F &&f) const {
        return base::for_each_in({}, f);
    }

    /// Copies of all elements. Weakly consistent, as for_each.
    std::vector<std::pair<Key, T>>
    snapshot() const requires std::copy_constructible<Key> && std::copy_constructible<T> {
        std::vector<std::pair<Key, T>> copies;
        copies.reserve(base::size());
        for_each([&](const Key &key, const T &value) { copies.emplace_back(key, value); });
        return copies;
    }

private:
    static constexpr auto always = [](const T &) noexcept { return true; };

    /// Makes a value of the arguments, in place.
    template <class... Args>
    auto maker(Args &&...args) {
        static_assert(std::constructible_from<T, Args...>,
                      "ferry: a value cannot be made of these arguments");
        return [this, &args...](T *place) {
            core_.memory().construct(place, std::forward<Args>(args)...);
            return true;
        };
    }
    /// Makes the value that `f()` returns, in place.
    template <class F>
    auto maker_of(F &f) {
        return [this, &f](T *place) {
            core_.memory().construct_from(place, f);
            return true;
        };
    }

    template <class K, class MakeValue>
    auto insert_new(detail::thread_record &self, K &&key, MakeValue &&make_value) {
        return with_new_key(self, std::forward<K>(key), [&](auto &&of, auto &&make_key) {
            return of.insert(make_key, make_value);
        });
    }

    template <class K, class M, class BeforeReplacing>
    auto assign(detail::thread_record &self, K &&key, M &&value,
                BeforeReplacing &&before_replacing) {
        return with_new_key(self, std::forward<K>(key), [&](auto &&of, auto &&make_key) {
            return of.assign(make_key, maker(std::forward<M>(value)), before_replacing);
        });
    }

    template <class K, class MakeValue>
    std::pair<handle, bool> handle_of_new(K &&key, MakeValue &&make_value) {
        bool inserted = false;
        handle at = handle::of(core_, [&](detail::thread_record &self) {
            const auto result = insert_new(self, std::forward<K>(key), make_value);
            inserted = result.inserted();
            return result.at;
        });
        return {std::move(at), inserted};
    }
};

FERRY_ENGINE_END
