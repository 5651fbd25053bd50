// SPDX-License-Identifier: BSL-1.0
#pragma once

// Erasing: a live key becomes dead; its node stays, unless the map drops nodes on erase.
//
// Progress: lock-free. Nothing is allocated.

#include "ferry/detail/node/update.hpp"

FERRY_ENGINE_BEGIN

/// What becomes of a node whose live `state` this thread is to erase, and of the counts.
/// On failure `state` is the node's state instead.
template <class Core>
bool erase_state(Core &core, detail::thread_record &self, table &root,
                 typename Core::node_type &node, value_word &state, slot_word link,
                 std::uint64_t hash) noexcept {
    value_word old = state;
    // Failure: another thread changed the key, and made progress; or took its free place
    // or gave it back.
    while (!node.state.try_change(
        state,
        value_word::dead().with(core.vacancy_after_unlink(old)))) { // LP: erase
        if (!state.same_value(old)) {
            return false;
        }
        old = state;
    }
    const bool due = core.count_erased(self, root);
    core.retire_value(self, node, old, value_word::dead());
    if (core.drop_on_erase() && !has_many_tombstones(root, link, hash)) {
        // If the key was revived meanwhile, its next erase drops it.
        engine::drop(core, self, root, node, link, hash);
    }
    if (due) {
        core.consider_migration(root);
    }
    return true;
}

/// Erases `key` if it is live and `wanted(value)`. The value that was erased stays readable under
/// the caller's pin.
template <class Core, class K, class Wanted>
found_value<typename Core::node_type> erase(Core &core, detail::thread_record &self,
                                            std::uint64_t hash, const K &key, Wanted &&wanted) {
    using node_type = typename Core::node_type;
    found_value<node_type> erased;
    table *const root = core.root();
    engine::change_live(core, root, hash, key,
                        [&](node_type &node, value_word &state, slot_word link) {
                            const auto *value = node.value_at(state);
                            if (!wanted(*value)) {
                                return true;
                            }
                            if (!engine::erase_state(core, self, *root, node, state, link, hash)) {
                                return false;
                            }
                            erased = {&node, value};
                            return true;
                        });
    core.after_write(self, *root);
    return erased;
}

FERRY_ENGINE_END
