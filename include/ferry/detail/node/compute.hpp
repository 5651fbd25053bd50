// SPDX-License-Identifier: BSL-1.0
#pragma once

// Computing: the user's function sees the value, or that there is none, and decides what becomes of
// the key.
//
// Progress: lock-free. The user's function runs again for each change of the same key that another
// thread makes in between. The operation does what the last call answered.

#include "ferry/detail/chain/answer.hpp"
#include "ferry/detail/node/erase.hpp"

FERRY_ENGINE_BEGIN

template <class Core, class Sought>
template <class MakeKey, class F>
compute_result operation<Core, Sought>::compute(MakeKey &&make_key, F &&f) const {
    using value_type = typename Core::value_type;
    using answer_type = decltype(f(static_cast<const value_type *>(nullptr)));
    result_of<Core> result(core);
    auto on_live = compute_result::unchanged;

    auto make_value = [&](value_type *place) {
        auto answer = f(static_cast<const value_type *>(nullptr));
        if (kind_of<value_type>(answer) != decided::value) {
            return making::declined; // LP: compute (absent, stays so): the load that found it
                                     // absent
        }
        if constexpr (!never_a_value<value_type, answer_type>) {
            core.memory().construct(place, value_in<value_type>(answer));
        }
        return making::done;
    };
    pending_element<Core, MakeKey, decltype(make_value)> pending(core.memory(), hash, make_key,
                                                                 make_value);
    const auto put_result = engine::put(*this, pending, [&](auto &node, value_word &state) {
        // A value that f gave for the absent key is out of date.
        pending.forget_value();
        auto answer = f(static_cast<const value_type *>(node.value_at(state)));
        switch (kind_of<value_type>(answer)) {
        case decided::keep:
            on_live = compute_result::unchanged;
            return attempt::done; // LP: compute (live, stays so): the load of the state
        case decided::erase:
            on_live = compute_result::erased;
            return engine::erase_state(core, self, *core.root(), node, state, hash);
        case decided::value:
            break;
        }
        if constexpr (!never_a_value<value_type, answer_type>) {
            on_live = compute_result::updated;
            result.fill([&]() -> value_type { return value_type(value_in<value_type>(answer)); });
            return engine::publish(core, self, node, state, result);
        }
        return attempt::done;
    });
    if (put_result.kind == put_kind::present) {
        return on_live;
    }
    return put_result.inserted() ? compute_result::inserted : compute_result::unchanged;
}

FERRY_ENGINE_END
