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

#include "ferry/detail/interface/container.hpp"
#include "ferry/detail/node/compute.hpp"
#include "ferry/hash.hpp"
#include "ferry/unusable_address.hpp"

#include <initializer_list>
#include <optional>
#include <ranges>
#include <vector>

FERRY_MAP_BEGIN

/// A lock-free hash map from Key to T. `K` in a lookup is Key or, when Hash and KeyEqual are both
/// transparent, anything they take; otherwise it is converted to Key first.
template <class Key, class T, class Hash, class KeyEqual, class Allocator>
class concurrent_map : public engine::container<Key, T, Hash, KeyEqual, Allocator> {
    using base = engine::container<Key, T, Hash, KeyEqual, Allocator>;
    using core_type = typename base::core_type;
    using node_type = typename core_type::node_type;
    using found = engine::found_value<node_type>;
    using base::core_;

    static_assert(!std::is_same_v<T, engine::unit>);

public:
    using mapped_type = T;
    using value_type = std::pair<const Key, T>;
    using typename base::handle;
    using typename base::size_type;

    // --- construction ---

    /// An empty map. Constructors throw what allocation and the arguments' copies throw.
    concurrent_map() : concurrent_map(options{}) {}

    /// An empty map with room for `capacity` elements before it grows.
    explicit concurrent_map(size_type capacity, const Hash &hash = Hash(),
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

    /// The pairs of a range; of equal keys the first.
    template <std::input_iterator It>
    concurrent_map(It first, It last) : concurrent_map() {
        for (; first != last; ++first) {
            auto &&element = *first;
            try_emplace(std::forward<decltype(element)>(element).first,
                        std::forward<decltype(element)>(element).second);
        }
    }

    concurrent_map(std::initializer_list<value_type> elements)
        : concurrent_map(elements.begin(), elements.end()) {}

    // --- lookup ---

    /// A copy of the key's value, or nothing. (Go's Load.)
    template <class K = Key>
    std::optional<T> get(const K &key) const requires std::copy_constructible<T> {
        detail::operation_pin pinned(core_.domain());
        const found at = find_it(pinned.self, key);
        return at ? std::optional<T>(*at.value) : std::nullopt;
    }

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

    /// Calls `f(const T &)` with the key's value; false: absent, not called. The reference ends
    /// with the call.
    template <class K, class F>
    bool visit(const K &key, F &&f) const {
        detail::operation_pin pinned(core_.domain());
        const found at = find_it(pinned.self, key);
        if (at) {
            std::forward<F>(f)(*at.value);
        }
        return static_cast<bool>(at);
    }

    /// A handle of the element, or of nothing. It pins this thread while it lives.
    template <class K = Key>
    handle find(const K &key) const {
        return engine::make_handle(core_, [&](auto &self) { return find_it(self, key); });
    }

    /// The key's value, valid as long as `under` lives and is not refreshed; nullptr: absent. Pins
    /// nothing itself. `under` is a guard of this map's domain.
    template <class K = Key>
    const T *find(const K &key, const guard &under) const {
        base::check(under);
        return find_it(under.record(), key).value;
    }

    /// Looks up many keys faster than one by one: while one comes from memory, others are asked
    /// for. Calls `f(index, const T &)` for those that are there, in order; returns how many were.
    /// Each lookup is linearizable, all of them together are not. The iterators are read twice.
    template <std::random_access_iterator It, class F>
    size_type visit_many(It first, It last, F &&f) const {
        detail::operation_pin pinned(core_.domain());
        return engine::find_many(
            core_, pinned.self, static_cast<size_type>(last - first),
            [&first](size_type index) -> decltype(auto) {
                using key_reference = decltype(first[0]);
                if constexpr (base::template as_it_is<key_reference>) {
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
        return put_new(pinned.self, std::forward<K>(key), maker(std::forward<Args>(args)...))
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
        return put_or(pinned.self, std::forward<K>(key), maker(std::forward<M>(value)),
                      engine::replace_live(core_, pinned.self))
            .inserted();
    }

    /// As insert_or_assign; returns a copy of the value replaced, or nothing. (Go's Swap.)
    template <class K, class M>
    std::optional<T> exchange(K &&key, M &&value) requires std::copy_constructible<T> {
        detail::operation_pin pinned(core_.domain());
        std::optional<T> old;
        auto replace = engine::replace_live(core_, pinned.self);
        const auto result = put_or(pinned.self, std::forward<K>(key), maker(std::forward<M>(value)),
                                   [&](auto &node, auto &state, auto &pending) {
                                       // Copied before the value is replaced: it may throw.
                                       old.emplace(*node.value_at(state));
                                       return replace(node, state, pending);
                                   });
        if (result.inserted()) {
            old.reset();
        }
        return old;
    }

    /// A handle of the key's element, which is inserted if it is absent; true: inserted.
    /// (Go's LoadOrStore.) As with try_emplace, nothing is made when the key is there.
    template <class K, class... Args>
    std::pair<handle, bool> get_or_emplace(K &&key, Args &&...args) {
        return get_or_put(std::forward<K>(key), maker(std::forward<Args>(args)...));
    }

    /// As get_or_emplace, with the value `f()` returns. f is called at most once, and only if the
    /// key is found absent; its value is discarded if another thread inserts the key just then.
    template <class K, class F>
    std::pair<handle, bool> get_or_emplace_with(K &&key, F &&f) {
        return get_or_put(std::forward<K>(key), maker_of(f));
    }

    // --- update: f runs again when another thread changes the same key in between ---

    /// The key's value becomes what `f(const T &)` returns. False: absent, f was not called.
    template <class K, class F>
    bool update(const K &key, F &&f) {
        detail::operation_pin pinned(core_.domain());
        decltype(auto) wanted = base::lookup_key(key);
        return engine::update_if(
            core_, pinned.self, core_.hash_value(wanted), wanted, [](const T &) { return true; },
            [&](auto &result, const T &current) {
                result.fill([&]() -> decltype(auto) { return f(current); });
            });
    }

    /// Present: the value becomes what `f(const T &)` returns. Absent: T(args...) is inserted.
    /// True: inserted.
    template <class K, class F, class... Args>
    bool upsert(K &&key, F &&f, Args &&...args) {
        detail::operation_pin pinned(core_.domain());
        engine::result_of<core_type> result(core_);
        return put_or(pinned.self, std::forward<K>(key), maker(std::forward<Args>(args)...),
                      [&](auto &node, auto &state, auto &) {
                          const T &current = *node.value_at(state);
                          result.fill([&]() -> decltype(auto) { return f(current); });
                          return engine::publish(core_, pinned.self, node, state, result);
                      })
            .inserted();
    }

    /// `f(const T *current)`, with nullptr for an absent key, returns what is to be: a T, or
    /// ferry::keep, or ferry::erase, or a std::optional<T> (nothing: erase), or, for several of
    /// these, a ferry::compute_decision<T>. What f saw and answered in its last call is what was
    /// found and done.
    template <class K, class F>
    compute_result compute(K &&key, F &&f) {
        detail::operation_pin pinned(core_.domain());
        return with_key(std::forward<K>(key), [&](const auto &wanted, auto &&make_key) {
            return engine::compute(core_, pinned.self, core_.hash_value(wanted), wanted, make_key,
                                   f);
        });
    }

    /// If the key's value equals `expected` it becomes `desired`. False: absent, or another value.
    /// (Go's CompareAndSwap.) T's operator== is called again when another thread changes the key.
    template <class K = Key>
    bool
    compare_exchange(const K &key, const T &expected,
                     T desired) requires std::equality_comparable<T> && std::move_constructible<T> {
        detail::operation_pin pinned(core_.domain());
        decltype(auto) wanted = base::lookup_key(key);
        return engine::update_if(
            core_, pinned.self, core_.hash_value(wanted), wanted,
            [&](const T &current) { return current == expected; },
            [&](auto &result, const T &) {
                if (!result.is_filled()) {
                    result.fill([&]() -> T { return std::move(desired); });
                }
            });
    }

    // --- removal ---

    /// Erases the key; returns how many elements that were: 1 or 0. (Go's Delete.) Its value is
    /// destroyed after a grace period. Does not allocate.
    template <class K = Key>
    requires(!std::is_invocable_r_v<bool, K &, const Key &, const T &>) size_type
        erase(const K &key) {
        detail::operation_pin pinned(core_.domain());
        return erase_it(pinned.self, key, always) ? 1 : 0;
    }

    /// Erases the key; the element stays readable through the handle. (Go's LoadAndDelete.)
    template <class K = Key>
    handle extract(const K &key) {
        return engine::make_handle(core_, [&](auto &self) { return erase_it(self, key, always); });
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
        return static_cast<bool>(erase_it(pinned.self, key, pred));
    }

    /// Erases the elements for which `pred(const Key &, const T &)`; returns how many. Each is
    /// erased at an instant of its own. pred runs again for an element that is changed in between.
    /// Inside a guard of this thread the garbage cannot be freed while it runs.
    template <class Pred>
    size_type erase_if(Pred &&pred) {
        detail::operation_pin pinned(core_.domain());
        return engine::erase_all_if(core_, pinned.self, pred);
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

    friend void swap(concurrent_map &a, concurrent_map &b) noexcept { a.swap(b); }

private:
    static constexpr auto always = [](const T &) noexcept { return true; };

    template <class K>
    [[gnu::always_inline]] found find_it(detail::thread_record &self, const K &key) const {
        decltype(auto) wanted = base::lookup_key(key);
        return engine::find(core_, self, core_.hash_value(wanted), wanted);
    }

    template <class K, class Wanted>
    found erase_it(detail::thread_record &self, const K &key, Wanted &&may_go) {
        decltype(auto) wanted = base::lookup_key(key);
        return engine::erase(core_, self, core_.hash_value(wanted), wanted, may_go);
    }

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

    /// Calls `f(lookup key, make_key)`.
    template <class K, class F>
    auto with_key(K &&key, F &&f) {
        if constexpr (base::template as_it_is<K>) {
            return f(std::as_const(key), [this, &key](Key *place) {
                core_.memory().construct(place, std::forward<K>(key));
            });
        } else {
            static_assert(std::is_convertible_v<K, Key>,
                          "ferry: this cannot become a key: it does not convert to Key");
            Key converted(std::forward<K>(key));
            return f(std::as_const(converted), [this, &converted](Key *place) {
                core_.memory().construct(place, std::move(converted));
            });
        }
    }

    template <class K, class MakeValue, class OnLive>
    auto put_or(detail::thread_record &self, K &&key, MakeValue &&make_value, OnLive &&on_live) {
        return with_key(std::forward<K>(key), [&](const auto &wanted, auto &&make_key) {
            return engine::put(core_, self, core_.hash_value(wanted), wanted, make_key, make_value,
                               on_live);
        });
    }

    template <class K, class MakeValue>
    auto put_new(detail::thread_record &self, K &&key, MakeValue &&make_value) {
        return put_or(self, std::forward<K>(key), make_value, engine::keep_live{});
    }

    template <class K, class MakeValue>
    std::pair<handle, bool> get_or_put(K &&key, MakeValue &&make_value) {
        bool inserted = false;
        handle at = engine::make_handle(core_, [&](auto &self) {
            const auto result = put_new(self, std::forward<K>(key), make_value);
            inserted = result.inserted();
            return result.at;
        });
        return {std::move(at), inserted};
    }
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
