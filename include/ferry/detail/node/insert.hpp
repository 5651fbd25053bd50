// SPDX-License-Identifier: BSL-1.0
#pragma once

// Putting a key into the map: linking a node, reviving one, or changing a live value.
//
// Progress: lock-free. Each retry is caused by another thread's successful CAS on the same slot or
// the same key.

#include "ferry/detail/node/find.hpp"
#include "ferry/detail/node/pending_copy.hpp"
#include "ferry/detail/node/pending_value.hpp"
#include "ferry/detail/node/publish.hpp"
#include "ferry/detail/platform/exceptions.hpp"

#include <new>
#include <type_traits>

FERRY_ENGINE_BEGIN

enum class put_kind {
    declined, ///< nothing was to be put
    present,  ///< the key was live, and `on_live` settled it
    linked,   ///< a new node was linked
    revived,  ///< a dead node was revived
};

template <class Node>
struct put_result {
    put_kind kind = put_kind::declined;
    found_value<Node> at; ///< the live value there is, or was put

    bool inserted() const noexcept { return kind == put_kind::linked || kind == put_kind::revived; }
};

/// Puts `key` in, unless it is live.
///
///   make_key(Key* place)       makes the key of a new node
///   make_value(T* place)       makes the value, at most once, and again after the pending one was
///                              forgotten; false: there is none to put
///   on_live(node, state, pending)  the key is live with `state`. true: settled, and `state` is
///                              the node's state by now; false: another thread changed that to
///                              what `state` now is, look again
///
/// The caller is pinned by `self`. What throws leaves the map as it is.
template <class Core, class K, class MakeKey, class MakeValue, class OnLive>
put_result<typename Core::node_type> put(Core &core, detail::thread_record &self,
                                         std::uint64_t hash, const K &key, MakeKey &&make_key,
                                         MakeValue &&make_value, OnLive &&on_live) {
    using node_type = typename Core::node_type;
    put_result<node_type> result;
    using memory_type = typename Core::memory_type;
    std::conditional_t<node_type::reuses_places,
                       pending_copy<memory_type, node_type, MakeKey, MakeValue>,
                       pending_value<memory_type, node_type, MakeKey, MakeValue>>
        pending(core.memory(), hash, make_key, make_value);
    table *const root = core.root();
    bool due = false;

    walk_path(
        root, hash,
        [&](slot_word word) {
            node_type *node = core.node_at(word);
            const node_type *made = pending.made_node();
            if (made != nullptr ? !core.equal(node->key, made->key) : !core.equal(node->key, key)) {
                return false;
            }
            for (value_word state = node->state.load(); !state.is_dropped();) {
                if (state.is_live()) {
                    if (!on_live(*node, state, pending)) {
                        continue; // another thread changed the key, and made progress
                    }
                    result.kind = put_kind::present;
                    if (state.is_live()) {
                        result.at = {node, node->value_at(state)};
                    }
                    return true;
                }
                if (!pending.make_value()) {
                    return true; // declined
                }
                // Failure: another thread revived the key or dropped the node, and made progress.
                if (engine::publish(core, self, *node, state, pending)) {
                    result = {put_kind::revived, {node, node->value_at(state)}};
                    return true;
                }
            }
            return false; // DROPPED: the key's place is further on
        },
        [&](slot &free, table &in) {
            node_type *node = pending.as_node();
            if (node == nullptr) {
                return true; // declined
            }
            const value_word state = node->state.load();
            slot_word seen;
            // Failure: another thread settled the slot, perhaps with this key: look again.
            if (!free.try_link(core.link_to(node, hash), seen)) { // LP: insert (new key)
                return false;
            }
            pending.node_published();
            core.count_boxes(self, false, state.owns_box());
            due = core.count_inserted(self, in) && &in == root;
            // The key may have been erased again: what `state` stood for is protected by our pin.
            result = {put_kind::linked, {node, node->value_at(state)}};
            return true;
        },
        [&](table &full) {
            table *next = core.next_at_path_end(full, hash);
            if (next == nullptr) {
                FERRY_THROW(std::bad_alloc()); // nothing was published for this key
            }
            return next;
        });

    if (due) {
        core.consider_migration(*root);
    }
    core.after_write(self, *root);
    return result;
}

/// Leaves a live value as it is.
struct keep_live {
    bool operator()(auto &, value_word &, auto &) const noexcept { return true; }
};

/// Replaces a live value by the pending one.
template <class Core>
auto replace_live(Core &core, detail::thread_record &self) {
    return [&core, &self](auto &node, value_word &state, auto &pending) {
        node.prefetch_box(state);
        static_cast<void>(pending.make_value());
        return engine::publish(core, self, node, state, pending);
    };
}

FERRY_ENGINE_END
