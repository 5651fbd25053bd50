// SPDX-License-Identifier: BSL-1.0
#pragma once

// Settling one slot of the root table: it is sealed, its node is linked further on, or its node is
// dropped. Settling is idempotent, and no thread owns a slot: any number of threads may settle it,
// at once or one after another.
//
// Linking and dropping are a Dekker pair [E:drop-dekker]:
//
//   a helper    links the node in a later table (CAS), then reads the node's state
//   a dropper   writes DROPPED into the state (CAS), then reads the slots of the later tables
//
// All of these are seq_cst, and so are the scan's loads of `next` and the CAS that publishes
// `next`. So either the helper sees DROPPED and turns its own link into a tombstone, or the dropper
// sees the link. A dropped node can thus be linked for a moment, and a reader that pinned after the
// drop may find it there. Therefore a dropped node passes the grace period twice. In a child of
// fork the helper may be lost before it undoes its link. There the links are looked for again
// between the two periods (unlink_late_links in node/dispose.hpp).
//
// `Core` is the engine's core (node/core.hpp): node_at, hash_of, next_at_path_end,
// count_dropped, retire.

#include "ferry/detail/chain/engine.hpp"
#include "ferry/detail/chain/next_table.hpp"
#include "ferry/detail/node/value_cell.hpp"
#include "ferry/detail/node/walk.hpp"

FERRY_ENGINE_BEGIN

/// Turns every link of a DROPPED node into a tombstone, on its path in each table from `from` to
/// the chain's end. The caller has been pinned since before it loaded `from` from the root.
inline void unlink_dropped(table *from, slot_word link, std::uint64_t hash) noexcept {
    for (table *in = from; in != nullptr; in = in->scan_next()) {
        any_slot(*in, hash, [&](slot &each) {
            const slot_word word = each.scan();
            if (word == link) {
                each.try_unlink(link);
            }
            // No link stands beyond the first EMPTY or SEALED slot (P1). If a helper links the node
            // there later, it undoes that.
            return word.is_empty() || word.is_sealed();
        });
    }
}

/// DEAD → DROPPED. The one thread that succeeds unlinks the node in each table from `from` on, and
/// retires it. False: the key was revived, or another thread drops the node.
///
/// The caller has been pinned since before it loaded `from` from the root. Tables before `from` may
/// still link the node, but only readers that pinned before its retirement can reach them.
template <class Core>
bool drop(Core &core, detail::thread_record &self, table &from, typename Core::node_type &dead,
          slot_word link, std::uint64_t hash) noexcept {
    if (!dead.state.try_drop()) {
        return false;
    }
    unlink_dropped(&from, link, hash);
    core.count_dropped(self);
    core.retire(self, dead.state.link(), retired::node);
    return true;
}

/// Links a live node in the first EMPTY slot of its path in the tables after `root`, unless it is
/// linked there.
template <class Core>
settled link_further(Core &core, detail::thread_record &self, table &root,
                     typename Core::node_type &live, slot_word link, std::uint64_t hash) noexcept {
    settled result = settled::done;
    // A SEALED slot ends the walk. Its table is the root or was it, so all buckets of `root` were
    // done. If the node lives, that table linked it before.
    walk_path<at_sealed::end>(
        root.next(), hash,
        [link](slot_word word) { return word == link ? walk_step::end : walk_step::go_on; },
        [&](slot &vacant, table &into) {
            slot_word seen;
            // Failure: another thread sealed the slot, or linked it, perhaps to this node.
            if (!vacant.try_link(link, seen)) {
                return walk_step::go_on;
            }
            static_cast<void>(into.counts().count_used(self.index()));
            if (live.state.load_after_link().is_dropped()) {
                vacant.try_unlink(link); // we came late, and the dropper may have missed our link
            }
            return walk_step::end;
        },
        [&](table &full) {
            table *const next = core.next_at_path_end(full, hash);
            if (next == nullptr) {
                result = settled::no_memory;
            }
            return next;
        });
    return result;
}

/// Settles one slot of `root`, whose `next` is published.
template <class Core>
settled settle_slot(Core &core, detail::thread_record &self, table &root, slot &each) noexcept {
    slot_word word = each.load();
    while (word.is_empty()) {
        if (each.try_seal(word)) {
            return settled::done;
        }
    }
    if (!word.is_link()) {
        return settled::done;
    }
    // Protected by our pin: we read the link in the table that we loaded as the root, and a node is
    // retired only after the root of that time and all later tables no longer link it.
    auto &node = *core.node_at(word);
    const std::uint64_t hash = core.hash_of(node);
    for (;;) {
        const value_word state = node.state.load();
        if (state.is_live()) {
            return engine::link_further(core, self, root, node, word, hash);
        }
        if (!state.is_dead() || engine::drop(core, self, root, node, word, hash)) {
            return settled::done; // dropped, by another thread or by us
        }
        // The drop failed: another thread revived the key or dropped the node, and made progress.
    }
}

/// Settles all slots of a bucket.
template <class Core>
settled settle_slots(Core &core, detail::thread_record &self, table &root, bucket &here) noexcept {
    for (unsigned i = bucket_slots; i-- != 0;) { // the last first (P3)
        if (engine::settle_slot(core, self, root, here.slots[i]) != settled::done) {
            return settled::no_memory;
        }
    }
    return settled::done;
}

FERRY_ENGINE_END
