// SPDX-License-Identifier: BSL-1.0
#pragma once

// An operation on one key: the data that its steps share, and its functions. Lookups are in
// find.hpp. Every other operation calls change() (change.hpp) with functions that decide what
// becomes of the key.

#include "ferry/compute.hpp"
#include "ferry/detail/chain/answer.hpp"
#include "ferry/detail/flat/core.hpp"

#include <optional>

FERRY_ENGINE_BEGIN

/// A copy of an element that was found, put in or erased, or nothing.
template <class Core>
class found_copy {
public:
    using key_type = typename Core::key_type;
    using value_type = typename Core::value_type;

    found_copy() noexcept = default;
    found_copy(const Core &core, std::uint64_t hash, std::uint64_t value) noexcept
        : core_(&core), hash_(hash), value_(value) {}

    explicit operator bool() const noexcept { return core_ != nullptr; }
    key_type key() const noexcept { return core_->key_of(hash_); }
    value_type value() const noexcept { return from_word<value_type>(value_); }

    std::optional<value_type> value_under_guard() const noexcept {
        return *this ? std::optional<value_type>(value()) : std::nullopt;
    }
    std::optional<key_type> key_under_guard() const noexcept {
        return *this ? std::optional<key_type>(key()) : std::nullopt;
    }

private:
    const Core *core_ = nullptr;
    std::uint64_t hash_ = 0;
    std::uint64_t value_ = 0;
};

/// What an operation wants of the key that it came to.
enum class wish {
    keep, ///< as it is
    put,  ///< present, with a new value
    erase,
};

/// What a change did. It was one wish, carried out at one instant.
struct change_result {
    bool was_live = false;
    wish done = wish::keep;
    std::uint64_t before = 0; ///< the value, if the key was live
    std::uint64_t after = 0;  ///< the value that was put

    bool inserted() const noexcept { return !was_live && done == wish::put; }
};

/// The result of an insertion.
template <class Core>
struct flat_put_result {
    bool was_inserted;
    found_copy<Core> at; ///< the element that was found or put in

    bool inserted() const noexcept { return was_inserted; }
};

/// on_absent of a change that never inserts.
struct never_insert {};

/// One operation on one key. `make_key` is not called: the hash alone gives the key back.
/// `make_value(T *)` makes a value, and is called at most once. If anything throws, the map is
/// unchanged.
template <class Core>
struct flat_operation {
    using T = typename Core::value_type;

    Core &core;
    detail::thread_record &self; ///< pinned in the core's domain while the operation runs
    std::uint64_t hash;          ///< of the key, and all that is needed of it

    /// The element of the key, or nothing. (find.hpp)
    [[gnu::always_inline]] found_copy<Core> find() const;

    /// Finds the key's cell and does what is wished. (change.hpp)
    ///   wish on_live(std::uint64_t value, std::uint64_t &fresh)   for a present key
    ///   wish on_absent(std::uint64_t &fresh)                      keep or put. Or never_insert
    /// Both may be called again if another thread changes the key in between.
    template <class OnLive, class OnAbsent>
    [[gnu::always_inline]] change_result change(OnLive &&on_live, OnAbsent &&on_absent) const;

    /// Inserts the key with the value, unless the key is present.
    template <class MakeKey, class MakeValue>
    flat_put_result<Core> insert(MakeKey &&, MakeValue &&make_value) const {
        made_once<MakeValue> made{make_value};
        return result_of(change([](std::uint64_t, std::uint64_t &) { return wish::keep; },
                                [&](std::uint64_t &fresh) {
                                    fresh = made.word();
                                    return wish::put;
                                }));
    }

    /// Inserts the key with the value. If the key is live, calls `before_replacing(const T &)` and
    /// replaces the value.
    template <class MakeKey, class MakeValue, class BeforeReplacing>
    flat_put_result<Core> assign(MakeKey &&, MakeValue &&make_value,
                                 BeforeReplacing &&before_replacing) const {
        made_once<MakeValue> made{make_value};
        return result_of(change(
            [&](std::uint64_t value, std::uint64_t &fresh) {
                before_replacing(from_word<T>(value));
                fresh = made.word();
                return wish::put;
            },
            [&](std::uint64_t &fresh) {
                fresh = made.word();
                return wish::put;
            }));
    }

    /// Inserts the key with the value. If the key is live, replaces its value by the result of
    /// `f(const T &)`, unless f declines.
    template <class MakeKey, class MakeValue, class F>
    flat_put_result<Core> upsert(MakeKey &&, MakeValue &&make_value, F &&f) const {
        made_once<MakeValue> made{make_value};
        return result_of(change(replacing_by(f), [&](std::uint64_t &fresh) {
            fresh = made.word();
            return wish::put;
        }));
    }

    /// Replaces the live value by what `f(const T &)` returns. False: absent, or f declined.
    template <class F>
    bool update(F &&f) const {
        return change(replacing_by(f), never_insert{}).done == wish::put;
    }

    /// Replaces the live value by `desired` if it equals `expected`. True: done.
    template <class Desired>
    bool compare_exchange(const Desired &expected, const Desired &desired) const {
        const auto result = change(
            [&](std::uint64_t value, std::uint64_t &fresh) {
                if (!(from_word<T>(value) == expected)) {
                    return wish::keep;
                }
                fresh = to_word<T>(desired);
                return wish::put;
            },
            never_insert{});
        return result.done == wish::put;
    }

    /// Does what `f(const T *)` answers; the pointer is null for an absent key.
    template <class MakeKey, class F>
    compute_result compute(MakeKey &&, F &&f) const;

    /// Erases the key if it is live and `wanted(const T &)` is true.
    template <class Wanted>
    found_copy<Core> erase(Wanted &&wanted) const {
        const auto result = change(
            [&](std::uint64_t value, std::uint64_t &) {
                return wanted(from_word<T>(value)) ? wish::erase : wish::keep;
            },
            never_insert{});
        return result.done == wish::erase ? found_copy<Core>(core, hash, result.before)
                                          : found_copy<Core>();
    }

private:
    /// The word of a value that is made when it is first asked for.
    template <class MakeValue>
    struct made_once {
        MakeValue &make_value;
        bool is_made = false;
        std::uint64_t made_word = 0;

        std::uint64_t word() {
            if (!is_made) {
                union room {
                    room() {}
                    T value;
                } made;
                make_value(std::addressof(made.value));
                made_word = to_word(made.value);
                is_made = true;
            }
            return made_word;
        }
    };

    template <class F>
    static auto replacing_by(F &f) {
        return [&f](std::uint64_t value, std::uint64_t &fresh) {
            const T current = from_word<T>(value);
            if constexpr (may_decline<T, F>) {
                const std::optional<T> made = f(current);
                if (!made) {
                    return wish::keep;
                }
                fresh = to_word(*made);
            } else {
                const T made(f(current)); // not T(…), which would be a cast
                fresh = to_word(made);
            }
            return wish::put;
        };
    }

    flat_put_result<Core> result_of(const change_result &done) const noexcept {
        return {done.inserted(),
                found_copy<Core>(core, hash, done.done == wish::put ? done.after : done.before)};
    }
};

FERRY_ENGINE_END
