// SPDX-License-Identifier: BSL-1.0
#pragma once

// Helping: which bucket next, settling it, and promoting the next table when all are done.
//
//   M1  Only the root table is migrated. No slot of a later table is sealed, dropped from or
//       gapped by a migration before that table is the root; otherwise a node dropped from it
//       would still be linked by the root.
//   M2  Each operation that changes something, and each read that had to go on into the next
//       table, helps with buckets_per_help buckets after its own result is settled.
//   M3  No claim is ownership: a bucket that another thread took and never finished is taken
//       again from the bitmap; a promotion that another thread did not make is made here.
//
// Progress: a help is bounded by eight paths. It never throws; without memory it gives up, and the
// bucket stays open.

#include "ferry/detail/migration/move_slot.hpp"

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// Fetches what settling a bucket will read: the nodes, then their places in the next table.
template <class Core>
void prefetch_bucket(const Core &core, const bucket &at, const table &next) noexcept {
    slot_word words[bucket_slots];
    for (unsigned i = 0; i < bucket_slots; ++i) {
        words[i] = at.slots[i].load();
        if (words[i].is_link()) {
            detail::prefetch(core.node_at(words[i]));
        }
    }
    for (const slot_word word : words) {
        if (word.is_link()) {
            detail::prefetch(next.home(core.hash_of(*core.node_at(word))));
        }
    }
}

template <class Core>
settled migrate_bucket(Core &core, detail::thread_record &self, table &root,
                       std::size_t index) noexcept {
    bucket &at = root.bucket_at(index);
    prefetch_bucket(core, at, *root.next());
    for (slot &each : at.slots) {
        if (settle_slot(core, self, root, each) != settled::yes) {
            return settled::no_memory;
        }
    }
    root.set_done(index);
    return settled::yes;
}

enum class help_result { helped, promoted, no_memory };

/// Migrates one bucket of `root`, which the caller loaded from the root under its pin, and which
/// has a next table; promotes that table if all buckets are done.
template <class Core>
help_result help_one(Core &core, detail::thread_record &self, table &root) noexcept {
    const std::size_t index = root.choose_bucket(self.index());
    if (index < root.shape().buckets() && migrate_bucket(core, self, root, index) != settled::yes) {
        return help_result::no_memory;
    }
    if (!root.all_done()) {
        return help_result::helped;
    }
    core.promote(self, root);
    return help_result::promoted;
}

/// What an operation owes a migration that is under way.
template <class Core>
[[gnu::noinline]] void help(Core &core, detail::thread_record &self, table &root) noexcept {
    for (unsigned i = 0; i < detail::buckets_per_help; ++i) {
        if (help_one(core, self, root) != help_result::helped) {
            return;
        }
    }
}

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
