// SPDX-License-Identifier: BSL-1.0
#pragma once

// Making a value the live one of a node that exists. The value goes to the node's free place if
// there is one that no reader uses any more. Otherwise it gets memory of its own.
//
// Progress: lock-free. Another thread causes each retry: it changed the same key, or it took or
// gave back the free place. One operation at a time has that place, and no operation takes it twice
// without another thread's change in between.

#include "ferry/detail/node/core.hpp"

FERRY_ENGINE_BEGIN

/// How an attempt to change a node's state ended.
enum class attempt {
    done,
    overtaken, ///< another thread changed the key, and made progress: look again
};

/// LIVE or DEAD → LIVE with the value of `fresh`. If it is settled, `state` is the new state; if it
/// is overtaken, the present one. The old value stays readable under the pin. The caller has been
/// pinned by `self` since before it read `state`.
///
/// `Fresh`: a copied_value if places are used again; otherwise a pending_value or a result_box. Its
/// value has been made.
template <class Core, class Fresh>
attempt publish(Core &core, detail::thread_record &self, typename Core::node_type &node,
                value_word &state, Fresh &fresh) {
    const value_word first_seen = state;
    do {
        value_word to;
        if constexpr (Core::node_type::reuses_places) {
            const value_word seen = state;
            const detail::epoch_value now = core.domain().epoch();
            if (fresh.hold.take(node, state, now)) {
                fresh.copy(fresh.hold.place());
                to = fresh.hold.word_after(state, now);
            } else if (state == seen) {
                to = fresh.in_box().with(core.vacancy_after_unlink(seen));
            } else {
                continue;
            }
        } else {
            to = fresh.as_value();
        }
        const value_word old = state;
        // Failure: another thread changed the key, and made progress; or took its free place
        // or gave it back.
        // LP: insert (known key); assign, update, upsert, compute (live key)
        if (node.state.try_change(state, to)) {
            state = to;
            fresh.published(to);
            if (!old.is_live()) {
                core.count_revived(self);
            }
            core.retire_value(self, node, old, to);
            return attempt::done;
        }
    } while (state.same_value(first_seen));
    return attempt::overtaken;
}

FERRY_ENGINE_END
