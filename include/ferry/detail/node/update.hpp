// SPDX-License-Identifier: BSL-1.0
#pragma once

// Changing the value of a live key: update, upsert, compute, compare_exchange.
//
// Progress: lock-free. The user's function runs again for each successful change of the same key
// by another thread in between.

#include "ferry/detail/node/insert.hpp"
#include "ferry/detail/node/result.hpp"

FERRY_ENGINE_BEGIN

/// Walks to `key` and, while it is live, calls `on_live(node, state, link)` until that returns
/// true. False: the key is absent.
template <class Core, class K, class OnLive>
bool change_live(Core &core, table *root, std::uint64_t hash, const K &key, OnLive &&on_live) {
    bool live = false;
    walk_path(
        root, hash,
        [&](slot_word word) {
            auto *node = core.node_at(word);
            if (!core.equal(node->key, key)) {
                return false;
            }
            value_word state = node->state.load(); // LP: change of an absent key, if DEAD
            node->prefetch_box(state);
            while (state.is_live()) {
                if (on_live(*node, state, word)) {
                    live = true;
                    return true;
                }
                // Another thread changed the key, and made progress.
            }
            return !state.is_dropped();
        },
        end_at_vacant{},                             // LP: change of an absent key: see there
        [](table &) -> table * { return nullptr; }); // LP: change of an absent key: null next
    return live;
}

/// The live value becomes what `make(result, value)` fills the result with, if `wanted(value)`.
/// False: the key was absent, or its value not wanted.
template <class Core, class K, class Wanted, class Make>
bool update_if(Core &core, detail::thread_record &self, std::uint64_t hash, const K &key,
               Wanted &&wanted, Make &&make) {
    table *const root = core.root();
    result_of<Core> result(core);
    bool changed = false;
    engine::change_live(core, root, hash, key, [&](auto &node, value_word &state, slot_word) {
        const auto &current = *node.value_at(state);
        if (!wanted(current)) {
            return true;
        }
        make(result, current);
        changed = engine::publish(core, self, node, state, result);
        return changed;
    });
    core.after_write(self, *root);
    return changed;
}

FERRY_ENGINE_END
