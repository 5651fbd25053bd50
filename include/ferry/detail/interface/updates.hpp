// SPDX-License-Identifier: BSL-1.0
#pragma once

// The changes of a map that depend on the value that is there, over any engine.

#include "ferry/compute.hpp"
#include "ferry/detail/chain/answer.hpp"
#include "ferry/detail/interface/whole.hpp"

#include <concepts>
#include <iterator>
#include <optional>
#include <utility>

FERRY_ENGINE_BEGIN

/// What maps add to whole_container: changes that depend on the present value.
template <class Engine>
class map_updates : public whole_container<Engine> {
    using base = whole_container<Engine>;

public:
    using typename base::key_type;
    using typename base::size_type;
    using mapped_type = typename Engine::value_type;

    // --- update: f runs again when another thread changes the same key in between ---

    /// Replaces the key's value by what `f(const T &)` returns. f may return a std::optional<T>:
    /// std::nullopt leaves the value as it is (in compute it erases the key). True: replaced.
    /// False: f's last call returned std::nullopt, or the key is absent. f runs again if another
    /// thread changes the key in between.
    template <class K, class F>
    bool update(const K &key, F &&f) {
        engine::must_return_value<mapped_type, F>();
        detail::operation_pin pinned(core_.domain());
        return core_.operation_on(pinned.self, key).update(f);
    }

    /// As update. Returns a copy of the value that the key then has, or nothing: it is absent.
    template <class K, class F>
    std::optional<mapped_type> update_and_get(const K &key,
                                              F &&f) requires std::copy_constructible<mapped_type> {
        std::optional<mapped_type> seen;
        bool declined = false;
        if (!update(key, copying_to(seen, declined, f)) && !declined) {
            seen.reset();
        }
        return seen;
    }

    /// Replaces the values of the keys of a range by `f(index, const T &)`, faster than by update
    /// one by one, because their cache misses overlap. Returns how many values were replaced. Each
    /// update is linearizable; all of them together are not. The iterators are read twice.
    template <std::random_access_iterator It, class F>
    size_type update_many(It first, It last, F &&f) {
        const auto key = key_at<Engine>(first);
        return engine::change_many(
            core_, static_cast<size_type>(last - first), key, [&](size_type index) {
                return update(key(index),
                              [&](const mapped_type &value) { return f(index, value); });
            });
    }

    /// If the key is present, replaces its value by what `f(const T &)` returns; f may decline, as
    /// that of update. Otherwise inserts T(args...). True: inserted. f runs again as that of
    /// update.
    template <class K, class F, class... Args>
    bool upsert(K &&key, F &&f, Args &&...args) {
        return upsert_by(std::forward<K>(key), maker(std::forward<Args>(args)...), f);
    }

    /// As upsert. Returns a copy of the value that the key then has. If moving this copy throws,
    /// the operation has taken effect.
    template <class K, class F, class... Args>
    mapped_type upsert_and_get(K &&key, F &&f,
                               Args &&...args) requires std::copy_constructible<mapped_type> {
        must_make_value<Args...>();
        std::optional<mapped_type> fresh;
        std::optional<mapped_type> seen;
        bool declined = false;
        const auto make_fresh = [&](mapped_type *place) {
            fresh.emplace(std::forward<Args>(args)...);
            core_.memory().construct(place, std::as_const(*fresh));
        };
        const auto copying = copying_to(seen, declined, f);
        const bool inserted = upsert_by(std::forward<K>(key), make_fresh, copying);
        return *std::move(inserted ? fresh : seen);
    }

    /// Calls `f(const T *current)`, with nullptr if the key is absent, and does what it answers.
    /// The answer is a T (the new value), ferry::keep, ferry::erase, or a std::optional<T>
    /// (nothing: erase, unlike in update). A function with several kinds of answers returns a
    /// ferry::compute_decision<T>. The operation takes effect as f's last call saw and answered: f
    /// runs again if another thread changes the key in between.
    template <class K, class F>
    compute_result compute(K &&key, F &&f) {
        detail::operation_pin pinned(core_.domain());
        return with_new_key(pinned.self, std::forward<K>(key),
                            [&](auto &&of, auto &&make_key) { return of.compute(make_key, f); });
    }

    /// As compute. Returns a copy of the value that the key then has, or nothing: it is absent.
    template <class K, class F>
    std::optional<mapped_type>
    compute_and_get(K &&key, F &&f) requires std::copy_constructible<mapped_type> {
        std::optional<mapped_type> seen;
        compute(std::forward<K>(key), [&](const mapped_type *current) {
            auto decision = engine::decision_of<mapped_type>(f(current));
            if (decision.value()) {
                seen.emplace(std::as_const(*decision.value()));
            } else if (current == nullptr || decision.erases()) {
                seen.reset();
            } else {
                seen.emplace(*current);
            }
            return decision;
        });
        return seen;
    }

    /// Replaces the key's value by `desired` if it equals `expected`. False: the key is absent or
    /// has another value. T's operator== is called again if another thread changes the key in
    /// between. (Go's CompareAndSwap.)
    template <class K = key_type>
    bool compare_exchange(const K &key, const mapped_type &expected, mapped_type desired) requires
        std::equality_comparable<mapped_type> && std::move_constructible<mapped_type> {
        detail::operation_pin pinned(core_.domain());
        return core_.operation_on(pinned.self, key).compare_exchange(expected, desired);
    }

protected:
    using base::base;
    using base::core_;
    using base::with_new_key;

    template <class... Args>
    static constexpr void must_make_value() noexcept {
        static_assert(std::constructible_from<mapped_type, Args...>,
                      "ferry: a value cannot be made of these arguments (of an aggregate by clang "
                      "from version 16 on)");
    }
    /// A function that makes T(args...) in place.
    template <class... Args>
    auto maker(Args &&...args) {
        must_make_value<Args...>();
        return [this, &args...](mapped_type *place) {
            core_.memory().construct(place, std::forward<Args>(args)...);
        };
    }
    /// A function that makes in place the value that `f()` returns.
    template <class F>
    auto maker_of(F &f) {
        return [this, &f](mapped_type *place) { core_.memory().construct_from(place, f); };
    }

private:
    template <class K, class MakeValue, class F>
    bool upsert_by(K &&key, MakeValue &&make_value, F &&f) {
        engine::must_return_value<mapped_type, F>();
        detail::operation_pin pinned(core_.domain());
        return with_new_key(pinned.self, std::forward<K>(key), [&](auto &&of, auto &&make_key) {
            return of.upsert(make_key, make_value, f).inserted();
        });
    }

    /// A function that does what the update function `f` does. It leaves in `seen` a copy of the
    /// value that the key then has, and in `declined` whether f returned none.
    template <class F>
    static auto copying_to(std::optional<mapped_type> &seen, bool &declined, F &f) {
        engine::must_return_value<mapped_type, F>();
        return [&](const mapped_type &value) {
            if constexpr (may_decline<mapped_type, F>) {
                std::optional<mapped_type> made = f(value);
                declined = !made;
                seen.emplace(made ? std::as_const(*made) : value);
                return made;
            } else {
                mapped_type made(f(value));
                seen.emplace(std::as_const(made));
                return made;
            }
        };
    }
};

FERRY_ENGINE_END
