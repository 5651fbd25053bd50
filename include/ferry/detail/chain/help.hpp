// SPDX-License-Identifier: BSL-1.0
#pragma once

// Helping: chooses the next unit, settles it, and promotes the next table when all units are done.
// A unit is one bucket of nodes, or eight buckets of cells.
//
//   M1  Only the root table is migrated: no slot of a later table is settled (sealed, linked
//       further, dropped) before that table is the root. Otherwise a node dropped from there would
//       still be linked by the root. (Dropping a node of the root turns its links in later tables
//       into tombstones, too.)
//   M2  Each operation that may change a key, and each read that had to go on into the next table,
//       helps after its own result is decided. It migrates one unit, if one is left; the number
//       doubles with each table that the chain has beyond the next one. So the chain does not get
//       longer faster than its tables are migrated.
//   M3  Choosing a unit gives no ownership. A unit that a thread took and never finished is taken
//       again, because its done bit is not set. Any thread that sees all bits set promotes.
//
// Progress: bounded. A unit costs its settling, and at most five pieces of the next table's memory
// (basic_table::prefault_for_share). Helping never throws. Without memory it gives up, and the unit
// stays open.

#include "ferry/detail/chain/engine.hpp"
#include "ferry/detail/reclaim/operation_pin.hpp"
#include "ferry/detail/table/table.hpp"

FERRY_ENGINE_BEGIN

template <map_engine Core>
settled migrate_unit(Core &core, detail::thread_record &self, typename Core::table &root,
                     std::size_t index) noexcept {
    using table = typename Core::table;
    if (index % table::share == 0) {
        root.next()->prefault_for_share(root.shape(), index);
    }
    core.fetch_ahead(root, index);
    const std::size_t end = std::min(index + table::unit, root.shape().buckets());
    for (std::size_t i = index; i < end; ++i) {
        if (core.settle_bucket(self, root, i) != settled::done) {
            return settled::no_memory;
        }
    }
    root.set_done(index);
    return settled::done;
}

enum class help_result { helped, promoted, no_memory };

/// Migrates one unit of `root`, and promotes the next table if all buckets are done. The caller
/// loaded `root` from the map under its pin, and `root` has a next table.
template <map_engine Core>
help_result help_one(Core &core, detail::thread_record &self, typename Core::table &root) noexcept {
    const auto [index, looks_for_end] = root.choose_bucket(self.index());
    if (index < root.shape().buckets() &&
        engine::migrate_unit(core, self, root, index) != settled::done) {
        return help_result::no_memory;
    }
    // While the cursor lasts, few look, and pass the words that are full. Later, all look.
    if (!looks_for_end || !root.migration().all_done()) {
        return help_result::helped;
    }
    core.promote(self, root);
    return help_result::promoted;
}

/// Units that an operation owes the migration of `root` (M2).
template <class Table>
unsigned units_owed(const Table &root) noexcept {
    unsigned owed = 1;
    for (const auto *last = root.next(); (last = last->next()) != nullptr;) {
        owed = std::min(2 * owed, detail::most_units_per_help);
    }
    return owed;
}

/// Does what an operation owes a migration that is under way (M2).
template <map_engine Core>
[[gnu::noinline]] void help(Core &core, detail::thread_record &self,
                            typename Core::table &root) noexcept {
    for (unsigned owed = engine::units_owed(root); owed != 0; --owed) {
        if (engine::help_one(core, self, root) != help_result::helped) {
            return;
        }
    }
}

/// As help(), after a lookup. The caller may have no pin but a user's guard. Helping may run
/// destructors of the user, which must not refresh or end the pin that protects it.
template <map_engine Core>
void help_after_lookup(Core &core, detail::thread_record &self,
                       typename Core::table &root) noexcept {
    const detail::nested_pin held(self);
    engine::help(core, self, root);
}

FERRY_ENGINE_END
