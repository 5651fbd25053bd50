// SPDX-License-Identifier: BSL-1.0
#pragma once

// Looking a key up.
//
// Progress: bounded by the path; no store to shared memory. A lookup that had to go on in the next
// table helps the migration after its own result is decided.

#include "ferry/detail/node/operation.hpp"

FERRY_ENGINE_BEGIN

template <class Core, class Sought>
inline found_element<Core> operation<Core, Sought>::find() const {
    found_element<Core> found;
    // Local references stay in registers. If a lambda captured this object, it and the key would
    // stay in memory.
    const auto &sought = key;
    Core &in = core;
    table *const root = in.root();
    table *const last = walk_path(
        root, hash,
        [&found, &in, &sought](slot_word word) {
            const auto *node = in.node_at(word);
            if (!in.equal(node->key, sought)) {
                return walk_step::go_on;
            }
            const value_word state = node->state.load(); // LP: find of a known key
            if (state.is_live()) [[likely]] {
                found = {node, node->value_at(state)};
                return walk_step::end;
            }
            return state.is_dropped() ? walk_step::go_on : walk_step::end; // DEAD: absent
        },
        end_at_vacant{},                             // LP: find, absent: see walk.hpp
        [](table &) -> table * { return nullptr; }); // LP: find, absent: load of the null next
    if (last != root) [[unlikely]] {
        engine::help_after_lookup(in, self, *root);
    }
    return found;
}

FERRY_ENGINE_END
