// SPDX-License-Identifier: BSL-1.0
#pragma once

// An operation on one key: the data that its steps share, and its functions. Each function is
// defined in the file that is named beside it.

#include "ferry/compute.hpp"
#include "ferry/detail/node/core.hpp"

#include <memory>
#include <optional>
#include <type_traits>

FERRY_ENGINE_BEGIN

/// An element that was found live or was put in, or nothing. The pin of the operation protects it.
template <class Core>
struct found_element {
    const typename Core::node_type *node = nullptr;
    const typename Core::value_type *at = nullptr;

    explicit operator bool() const noexcept { return at != nullptr; }
    decltype(auto) key() const noexcept { return node->shown_key(); }
    const typename Core::value_type &value() const noexcept { return *at; }

    /// nullptr: nothing was found.
    const typename Core::value_type *value_under_guard() const noexcept { return at; }
    /// A pointer to the key, or a std::optional of what is shown by value.
    auto key_under_guard() const noexcept {
        if constexpr (std::is_reference_v<decltype(key())>) {
            return node != nullptr ? std::addressof(key()) : nullptr;
        } else {
            return node != nullptr ? std::optional(key()) : std::nullopt;
        }
    }
};

enum class put_kind {
    declined, ///< there was nothing to put
    present,  ///< the key was live
    linked,   ///< a new node was linked
    revived,  ///< a dead node was revived
};

template <class Core>
struct put_result {
    put_kind kind = put_kind::declined;
    found_element<Core> at; ///< the element that was found or put in

    bool inserted() const noexcept { return kind == put_kind::linked || kind == put_kind::revived; }
};

/// One operation on one key. `Sought`: `const K &` for a key as the user gave it, or Key for the
/// key that was made from it. `T` is the map's value type.
///
/// `make_key(Key *)` makes the key of a new node, and `make_value(T *)` the value; each is called
/// at most once. If anything throws, the map is unchanged.
template <class Core, class Sought>
struct operation {
    Core &core;
    detail::thread_record &self; ///< pinned in the core's domain while the operation runs
    Sought key;
    std::uint64_t hash; ///< of `key`

    template <class K>
    operation(Core &in, detail::thread_record &pinned, const K &given)
        : core(in), self(pinned), key(static_cast<Sought>(given)), hash(in.hash_value(key)) {}

    /// An operation on a key whose hash is known.
    operation(Core &in, detail::thread_record &pinned, Sought given,
              std::uint64_t of_key) noexcept requires std::is_reference_v<Sought>
        : core(in), self(pinned), key(given), hash(of_key) {}

    /// Whether a node, which the caller's pin protects, has this key.
    bool is_for(const typename Core::node_type &node) const { return core.equal(node, key); }

    /// The element of the key, or nothing. (find.hpp)
    [[gnu::always_inline]] found_element<Core> find() const;

    /// Inserts the key with the value, unless the key is present. (insert.hpp)
    template <class MakeKey, class MakeValue>
    put_result<Core> insert(MakeKey &&make_key, MakeValue &&make_value) const;

    /// Inserts the key with the value. If the key is live, calls `before_replacing(const T &)`,
    /// again if another thread changes the key in between, and replaces the value. (update.hpp)
    template <class MakeKey, class MakeValue, class BeforeReplacing>
    put_result<Core> assign(MakeKey &&make_key, MakeValue &&make_value,
                            BeforeReplacing &&before_replacing) const;

    /// Inserts the key with the value. If the key is live, replaces its value by the result of
    /// `f(const T &)`, unless f declines. (update.hpp)
    template <class MakeKey, class MakeValue, class F>
    put_result<Core> upsert(MakeKey &&make_key, MakeValue &&make_value, F &&f) const;

    /// Replaces the live value by what `f(const T &)` returns. False: absent, or f declined.
    /// (update.hpp)
    template <class F>
    bool update(F &&f) const;

    /// Replaces the live value by `desired` if it equals `expected`. True: done. (update.hpp)
    template <class T>
    bool compare_exchange(const T &expected, T &desired) const;

    /// Does what `f(const T *)` answers; the pointer is null for an absent key. (compute.hpp)
    template <class MakeKey, class F>
    compute_result compute(MakeKey &&make_key, F &&f) const;

    /// Erases the key if it is live and `wanted(const T &)` is true. The erased element stays
    /// readable under the caller's pin. (erase.hpp)
    template <class Wanted>
    found_element<Core> erase(Wanted &&wanted) const;
};

FERRY_ENGINE_END
