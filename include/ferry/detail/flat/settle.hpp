// SPDX-License-Identifier: BSL-1.0
#pragma once

// Moving keys to the next table: a cell of the root is frozen, and its live key gets a cell in a
// later table. Any number of threads may settle a cell, at once or one after another, and any may
// stop in the middle forever.
//
//   F2  On a path, the cells before the first EMPTY or SEALED one have keys forever (F0), so the
//       position of that first cell only moves forward, and all threads that insert a key compete
//       for it. A thread that inserts a key into the next table has seen one of these on the key's
//       path here, before any EMPTY cell: SEALED, the path's end, or the key's own FROZEN cell. A
//       thread that moves a key has seen the key's FROZEN cell. A bucket is frozen from its last
//       cell to its first: while the last cell is not FROZEN, no cell of the bucket is.
//   F3  OVER in the last cell of a home means: keys of this home may be in later buckets of this
//       table, or in a later table. A thread that inserts or moves a key, and finds the key's home
//       full, sets OVER there before it goes on. If that cell is FROZEN it cannot set OVER, and
//       goes on. So the search for a key ends in a full home whose last cell has neither OVER nor
//       FROZEN.
//   F4  A late thread brings nothing back. It holds the key and value of a frozen cell. Once the
//       key has a cell in the next table, it keeps that cell (F0; erasing leaves DEAD), before the
//       first EMPTY or SEALED cell of its path. The late thread therefore finds that cell and
//       inserts nothing. It cannot meet SEALED first: the next table is sealed only after it has
//       become the root (M1), and by then every live key of the earlier table has been moved. The
//       same holds in later tables, because a full path stays full. A writer that meets a LIVE
//       FROZEN cell moves the key first. So the key has its cell in the next table before anyone
//       changes it there.
//
// M1 holds as for every engine: only the root is frozen. DEAD is not moved, so a migration drops
// the erased keys.

#include "ferry/detail/chain/engine.hpp"
#include "ferry/detail/chain/next_table.hpp"
#include "ferry/detail/flat/tables.hpp"

FERRY_ENGINE_BEGIN

/// Sets OVER in the last cell of a full home bucket, unless it is FROZEN (F3).
inline void mark_over(cell &last) noexcept {
    cell_word seen = last.load();
    // Failure: another thread changed the key, and made progress; or it froze or marked the cell.
    while (!seen.is_over() && !seen.is_frozen() && !last.try_mark(seen, seen.over())) {
    }
}

/// Gives the live key of a frozen cell of `from` a cell in the tables after it, unless it has one
/// there (F4). The caller has been pinned since before it loaded the root from which it came to
/// `from`.
template <class Core>
settled move_key(Core &core, detail::thread_record &self, cell_table &from, std::uint64_t hash,
                 std::uint64_t value) noexcept {
    for (cell_table *into = from.next();;) {
        for (cell_path at(*into, hash); !at.ended(); at.advance()) {
            for (cell &each : at.bucket().cells) {
                cell_word word = each.load();
                // Failure: another thread inserted a key there, or sealed the cell.
                while (word.is_empty()) {
                    if (each.try_insert(at.body(), value)) {
                        static_cast<void>(into->counts().count_used(self.index()));
                        return settled::done;
                    }
                    word = each.load();
                }
                if (word.is_sealed() || word.is_for(at.body())) {
                    return settled::done;
                }
            }
            if (&at.bucket() == into->home(hash)) {
                mark_over(at.bucket().last());
            }
        }
        into = core.next_at_path_end(*into, hash);
        if (into == nullptr) {
            return settled::no_memory;
        }
    }
}

/// Freezes a cell, and returns its final word.
inline cell_word freeze(cell &each) noexcept {
    cell_word word = each.load();
    // Failure: another thread changed the cell, and made progress, or froze it.
    while (!word.is_frozen() && !each.try_mark(word, word.frozen())) {
    }
    return word.frozen();
}

/// Settles all cells of a bucket of `root`, whose `next` is published.
template <class Core>
settled settle_cells(Core &core, detail::thread_record &self, cell_table &root,
                     std::size_t index) noexcept {
    cell_bucket &here = root.bucket_at(index);
    for (unsigned i = bucket_cells; i-- != 0;) { // the last first (F2)
        const cell_word word = engine::freeze(here.cells[i]);
        if (word.is_live() &&
            engine::move_key(core, self, root, cell_path::hash_of(root, index, word),
                             here.cells[i].value()) != settled::done) {
            return settled::no_memory;
        }
    }
    return settled::done;
}

FERRY_ENGINE_END
