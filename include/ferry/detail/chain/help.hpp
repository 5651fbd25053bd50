// SPDX-License-Identifier: BSL-1.0
#pragma once

// Helping: chooses the next bucket, has it settled, and promotes the next table when all are done.
//
//   M1  Only the root table is migrated: no slot of a later table is settled (sealed, linked
//       further, dropped) before that table is the root. Otherwise a node dropped from there would
//       still be linked by the root. (Dropping a node of the root turns its links in later tables
//       into tombstones, too.)
//   M2  Each operation that may change a key, and each read that had to go on into the next table,
//       helps after its own result is decided. It migrates buckets_per_help buckets; the number
//       doubles with each table that the chain has beyond the next one. So the chain does not get
//       longer faster than its tables are migrated.
//   M3  No claim is ownership. A bucket that a thread took and never finished is taken again,
//       because its done bit is not set. A promotion that another thread did not make is made here.
//
// Progress: bounded. A bucket costs its settling, and at most three pages of the next table's
// memory. Helping never throws. Without memory it gives up, and the bucket stays open.

#include "ferry/detail/chain/engine.hpp"
#include "ferry/detail/table/table.hpp"

FERRY_ENGINE_BEGIN

template <map_engine Core>
settled migrate_bucket(Core &core, detail::thread_record &self, typename Core::table &root,
                       std::size_t index) noexcept {
    if (index % detail::buckets_per_share == 0) {
        root.next()->prefault_for_share(root.shape(), index);
    }
    if (root.capacity() >= detail::slots_to_prefetch) {
        core.fetch_ahead(root, index);
    }
    const settled result = core.settle_bucket(self, root, index);
    if (result == settled::done) {
        root.migration().set_done(index);
    }
    return result;
}

enum class help_result { helped, promoted, no_memory };

/// Migrates one bucket of `root`, and promotes the next table if all buckets are done. The caller
/// loaded `root` from the map under its pin, and `root` has a next table.
template <map_engine Core>
help_result help_one(Core &core, detail::thread_record &self, typename Core::table &root) noexcept {
    const std::size_t index = root.choose_bucket(self.index());
    if (index < root.shape().buckets() &&
        engine::migrate_bucket(core, self, root, index) != settled::done) {
        return help_result::no_memory;
    }
    if (!root.migration().all_done()) {
        return help_result::helped;
    }
    core.promote(self, root);
    return help_result::promoted;
}

/// Buckets that an operation owes the migration of `root` (M2).
template <class Table>
unsigned buckets_owed(const Table &root) noexcept {
    unsigned owed = detail::buckets_per_help;
    for (const Table *last = root.next(); (last = last->next()) != nullptr;) {
        owed = std::min(2 * owed, detail::most_buckets_per_help);
    }
    return owed;
}

/// Does what an operation owes a migration that is under way (M2).
template <map_engine Core>
[[gnu::noinline]] void help(Core &core, detail::thread_record &self,
                            typename Core::table &root) noexcept {
    for (unsigned owed = engine::buckets_owed(root); owed != 0; --owed) {
        if (engine::help_one(core, self, root) != help_result::helped) {
            return;
        }
    }
}

FERRY_ENGINE_END
