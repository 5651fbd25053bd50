// SPDX-License-Identifier: BSL-1.0
#pragma once

// Putting a key into the map: linking a node, reviving one, or changing a live value.
//
// Progress: lock-free. Each retry is caused by another thread's successful CAS on the same slot or
// the same key.

#include "ferry/detail/node/operation.hpp"
#include "ferry/detail/node/pending_copy.hpp"
#include "ferry/detail/node/pending_value.hpp"
#include "ferry/detail/node/publish.hpp"
#include "ferry/detail/platform/exceptions.hpp"

#include <new>
#include <type_traits>

FERRY_ENGINE_BEGIN

/// A key and a value that are made when they are needed. If the pending value is forgotten
/// (compute.hpp), `make_value` may be called again.
template <class Core, class MakeKey, class MakeValue>
using pending_element = std::conditional_t<
    Core::node_type::reuses_places,
    pending_copy<typename Core::memory_type, typename Core::node_type, MakeKey, MakeValue>,
    pending_value<typename Core::memory_type, typename Core::node_type, MakeKey, MakeValue>>;

/// Puts the pending element in, unless the key is live.
///
/// If the key is live, calls `on_live(node, state)`. on_live returns attempt::done if nothing is
/// left to do; `state` stands for the value to return then. It returns attempt::overtaken if
/// another thread changed the state, and leaves the present one in `state`, which is looked at
/// again.
///
/// If anything throws, the map is unchanged.
template <class Core, class Sought, class Pending, class OnLive>
put_result<Core> put(const operation<Core, Sought> &of, Pending &pending, OnLive &&on_live) {
    Core &core = of.core;
    put_result<Core> result;
    table *const root = core.root();
    bool due = false;

    walk_path(
        root, of.hash,
        [&](slot_word word) {
            auto *node = core.node_at(word);
            // The key that was given may have been moved into the node that was made.
            const auto *made = pending.made_node();
            if (made != nullptr ? !core.equal(*node, made->shown_key()) : !of.is_for(*node)) {
                return walk_step::go_on;
            }
            for (value_word state = node->state.load(); !state.is_dropped();) {
                if (state.is_live()) {
                    if (on_live(*node, state) == attempt::overtaken) {
                        continue; // another thread changed the key, and made progress
                    }
                    result.kind = put_kind::present;
                    result.at = {node, node->value_at(state)};
                    return walk_step::end;
                }
                if (pending.make_value() == making::declined) {
                    return walk_step::end; // declined
                }
                // Failure: another thread revived the key or dropped the node, and made progress.
                if (engine::publish(core, of.self, *node, state, pending) == attempt::done) {
                    result = {put_kind::revived, {node, node->value_at(state)}};
                    return walk_step::end;
                }
            }
            return walk_step::go_on; // DROPPED: the key's place is further on
        },
        [&](slot &free, table &in) {
            auto *node = pending.as_node();
            if (node == nullptr) {
                return walk_step::end; // declined
            }
            const value_word state = node->state.load();
            slot_word seen;
            // Failure: another thread linked the slot, perhaps to this key, or sealed it.
            if (!free.try_link(core.link_to(node, of.hash), seen)) { // LP: insert (new key)
                return walk_step::go_on;
            }
            pending.node_published();
            core.count_boxes(of.self, false, state.owns_box());
            // A link in a later table needs no look at the sums: a migration is under way.
            due = core.count_inserted(of.self, in) && &in == root;
            // Another thread may have erased the key again; our pin protects the value of `state`.
            result = {put_kind::linked, {node, node->value_at(state)}};
            return walk_step::end;
        },
        [&](table &full) {
            table *next = core.next_at_path_end(full, of.hash);
            if (next == nullptr) {
                FERRY_THROW(std::bad_alloc()); // nothing was published for this key
            }
            return next;
        });

    if (due) {
        core.consider_migration(*root);
    }
    core.after_write(of.self, *root);
    return result;
}

template <class Core, class Sought>
template <class MakeKey, class MakeValue>
put_result<Core> operation<Core, Sought>::insert(MakeKey &&make_key, MakeValue &&make_value) const {
    pending_element<Core, MakeKey, MakeValue> pending(core.memory(), hash, make_key, make_value);
    return engine::put(*this, pending,
                       [](const auto &, const value_word &) { return attempt::done; });
}

FERRY_ENGINE_END
