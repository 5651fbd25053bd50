// SPDX-License-Identifier: BSL-1.0
#pragma once

// Helping: which bucket next, settling it, and promoting the next table when all are done.
//
//   M1  Only the root table is migrated: no slot of a later table is settled before that table is
//       the root; otherwise a node dropped from there would still be linked by the root. (Dropping
//       a node of the root turns its links in later tables into gaps, too.)
//   M2  Each operation that changes something, and each read that had to go on into the next
//       table, helps with buckets_per_help buckets after its own result is settled; with twice as
//       many for each table that the chain has beyond the next one, so that the chain does not get
//       longer faster than its tables are migrated.
//   M3  No claim is ownership: a bucket that another thread took and never finished is taken
//       again from the bitmap; a promotion that another thread did not make is made here.
//
// Progress: a help is bounded by eight paths, and three pages of the next table's memory. It never
// throws; without memory it gives up, and the bucket stays open.

#include "ferry/detail/node/settle.hpp"

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// Fetches the nodes that a bucket links.
template <class Core>
void prefetch_nodes(const Core &core, const bucket &at) noexcept {
    for (const slot &each : at.slots) {
        if (const slot_word word = each.load(); word.is_link()) {
            detail::prefetch(core.node_at(word));
        }
    }
}

/// Fetches the places in the next table that the nodes of a bucket will go to; reads the nodes,
/// which the caller's pin protects as in settle_slot.
template <class Core>
void prefetch_places(const Core &core, const bucket &at, const table &next) noexcept {
    for (const slot &each : at.slots) {
        if (const slot_word word = each.load(); word.is_link()) {
            detail::prefetch_for_write(next.home(core.hash_of(*core.node_at(word))));
        }
    }
}

/// Fetches what settling a bucket will need, and begins with the two after it, which the same
/// thread will settle next if they are of the same share.
template <class Core>
void prefetch_share(const Core &core, const table &root, const table &next,
                    std::size_t index) noexcept {
    const std::size_t end =
        std::min(root.shape().buckets(),
                 (index / detail::buckets_per_share + 1) * detail::buckets_per_share);
    if (index % detail::buckets_per_share == 0) {
        engine::prefetch_nodes(core, root.bucket_at(index));
        if (index + 1 < end) {
            engine::prefetch_nodes(core, root.bucket_at(index + 1));
        }
        engine::prefetch_places(core, root.bucket_at(index), next);
    }
    if (index + 2 < end) {
        engine::prefetch_nodes(core, root.bucket_at(index + 2));
    }
    if (index + 1 < end) {
        engine::prefetch_places(core, root.bucket_at(index + 1), next);
    }
}

template <class Core>
settled migrate_bucket(Core &core, detail::thread_record &self, table &root,
                       std::size_t index) noexcept {
    table &next = *root.next();
    if (index % detail::buckets_per_share == 0) {
        next.populate_for_share(root.shape(), index);
    }
    if (root.capacity() >= detail::slots_to_prefetch) {
        engine::prefetch_share(core, root, next, index);
    }
    bucket &here = root.bucket_at(index);
    for (unsigned i = bucket_slots; i-- != 0;) { // the last first (P3)
        if (engine::settle_slot(core, self, root, here.slots[i]) != settled::yes) {
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
    if (index < root.shape().buckets() &&
        engine::migrate_bucket(core, self, root, index) != settled::yes) {
        return help_result::no_memory;
    }
    if (!root.all_done()) {
        return help_result::helped;
    }
    core.promote(self, root);
    return help_result::promoted;
}

/// Buckets that an operation owes the migration of `root` (M2).
inline unsigned buckets_owed(const table &root) noexcept {
    unsigned owed = detail::buckets_per_help;
    for (const table *last = root.next(); (last = last->next()) != nullptr;) {
        owed = std::min(2 * owed, detail::most_buckets_per_help);
    }
    return owed;
}

/// What an operation owes a migration that is under way.
template <class Core>
[[gnu::noinline]] void help(Core &core, detail::thread_record &self, table &root) noexcept {
    for (unsigned owed = engine::buckets_owed(root); owed != 0; --owed) {
        if (engine::help_one(core, self, root) != help_result::helped) {
            return;
        }
    }
}

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
