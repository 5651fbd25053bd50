// SPDX-License-Identifier: BSL-1.0
#pragma once

// Erasing: a live key becomes dead. Its node stays, unless the map drops nodes on erase.
//
// Progress: lock-free. Nothing is allocated through the user's allocator.

#include "ferry/detail/node/update.hpp"

FERRY_ENGINE_BEGIN

/// LIVE → DEAD. Then counts, retires the value, and drops the node if the map wants that. `state`
/// is live; if the attempt is overtaken, it becomes the present state. The caller is pinned by
/// `self`.
template <class Core>
attempt erase_state(Core &core, detail::thread_record &self, table &root,
                    typename Core::node_type &node, value_word &state,
                    std::uint64_t hash) noexcept {
    value_word old = state;
    // Failure: another thread changed the key, and made progress; or took its free place
    // or gave it back.
    while (!node.state.try_change(
        state, value_word::dead().with(core.vacancy_after_unlink(old)))) { // LP: erase
        if (!state.same_value(old)) {
            return attempt::overtaken;
        }
        old = state;
    }
    const bool due = core.count_erased(self, root);
    core.retire_value(self, node, old, value_word::dead());
    const slot_word link = core.link_to(&node, hash);
    if (core.drop_on_erase() && !has_many_tombstones(root, link, hash)) {
        // If the key was revived meanwhile, its next erasure drops the node.
        engine::drop(core, self, root, node, link, hash);
    }
    if (due) {
        core.consider_migration(root);
    }
    return attempt::done;
}

template <class Core, class Sought>
template <class Wanted>
found_element<Core> operation<Core, Sought>::erase(Wanted &&wanted) const {
    found_element<Core> erased;
    table *const root = core.root();
    engine::change_live(*this, root, [&](auto &node, value_word &state) {
        const auto *value = node.value_at(state);
        if (!wanted(*value)) {
            return attempt::done;
        }
        const attempt outcome = engine::erase_state(core, self, *root, node, state, hash);
        if (outcome == attempt::done) {
            erased = {&node, value};
        }
        return outcome;
    });
    core.after_write(self, *root);
    return erased;
}

FERRY_ENGINE_END
