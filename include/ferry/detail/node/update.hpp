// SPDX-License-Identifier: BSL-1.0
#pragma once

// Changing the value of a live key: assign, upsert, update, compare_exchange.
//
// Progress: lock-free. The user's function runs again for each change of the same key that another
// thread makes in between.

#include "ferry/detail/chain/answer.hpp"
#include "ferry/detail/node/insert.hpp"
#include "ferry/detail/node/result.hpp"

#include <optional>
#include <utility>

FERRY_ENGINE_BEGIN

template <class Core, class Sought>
template <class MakeKey, class MakeValue, class BeforeReplacing>
put_result<Core> operation<Core, Sought>::assign(MakeKey &&make_key, MakeValue &&make_value,
                                                 BeforeReplacing &&before_replacing) const {
    pending_element<Core, MakeKey, MakeValue> pending(core.memory(), hash, make_key, make_value);
    return engine::put(*this, pending, [&](auto &node, value_word &state) {
        before_replacing(*node.value_at(state));
        node.prefetch_box(state);
        static_cast<void>(pending.make_value());
        return engine::publish(core, self, node, state, pending);
    });
}

/// Fills `result` with what `f(value)` returns. False: f declined.
template <class Result, class T, class F>
bool fill_by(Result &result, const T &value, F &f) {
    if constexpr (may_decline<T, F>) {
        std::optional<T> made = f(value);
        if (!made) {
            return false;
        }
        result.fill([&]() -> T { return std::move(*made); });
    } else {
        result.fill([&]() -> decltype(auto) { return f(value); });
    }
    return true;
}

template <class Core, class Sought>
template <class MakeKey, class MakeValue, class F>
put_result<Core> operation<Core, Sought>::upsert(MakeKey &&make_key, MakeValue &&make_value,
                                                 F &&f) const {
    result_of<Core> result(core);
    pending_element<Core, MakeKey, MakeValue> pending(core.memory(), hash, make_key, make_value);
    return engine::put(*this, pending, [&](auto &node, value_word &state) {
        if (!engine::fill_by(result, *node.value_at(state), f)) {
            return attempt::done; // LP: upsert (declined): the load of the state
        }
        return engine::publish(core, self, node, state, result);
    });
}

/// Walks to the key and, while it is live, calls `on_live(node, state)` as put() does. False: the
/// key is absent. `root` is the root table; the caller loaded it under its pin.
template <class Core, class Sought, class OnLive>
bool change_live(const operation<Core, Sought> &of, table *root, OnLive &&on_live) {
    bool live = false;
    walk_path(
        root, of.hash,
        [&](slot_word word) {
            auto *node = of.core.node_at(word);
            if (!of.is_for(*node)) {
                return walk_step::go_on;
            }
            value_word state = node->state.load(); // LP: change of an absent key, if DEAD
            node->prefetch_box(state);
            while (state.is_live()) {
                if (on_live(*node, state) == attempt::done) {
                    live = true;
                    return walk_step::end;
                }
                // Another thread changed the key, and made progress.
            }
            return state.is_dropped() ? walk_step::go_on : walk_step::end;
        },
        end_at_vacant{},                             // LP: change of an absent key: see walk.hpp
        [](table &) -> table * { return nullptr; }); // LP: change of an absent key: null next
    return live;
}

/// Replaces the live value by the result that `make(result, value)` fills in. False: the key was
/// absent, or make returned false.
template <class Core, class Sought, class Make>
bool update_by(const operation<Core, Sought> &of, Make &&make) {
    table *const root = of.core.root();
    result_of<Core> result(of.core);
    bool changed = false;
    engine::change_live(of, root, [&](auto &node, value_word &state) {
        if (!make(result, *node.value_at(state))) {
            return attempt::done; // LP: change that declines: the load of the state
        }
        const attempt outcome = engine::publish(of.core, of.self, node, state, result);
        changed = outcome == attempt::done;
        return outcome;
    });
    of.core.after_write(of.self, *root);
    return changed;
}

template <class Core, class Sought>
template <class F>
bool operation<Core, Sought>::update(F &&f) const {
    return engine::update_by(*this, [&](auto &result, const auto &current) {
        return engine::fill_by(result, current, f);
    });
}

template <class Core, class Sought>
template <class T>
bool operation<Core, Sought>::compare_exchange(const T &expected, T &desired) const {
    return engine::update_by(*this, [&](auto &result, const T &current) {
        if (!(current == expected)) {
            return false;
        }
        if (!result.is_filled()) {
            result.fill([&]() -> T { return std::move(desired); });
        }
        return true;
    });
}

FERRY_ENGINE_END
