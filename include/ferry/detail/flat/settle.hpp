// SPDX-License-Identifier: BSL-1.0
#pragma once

// Moving keys to the next table: a cell of the root is frozen, and its live key gets a cell further
// on. Any number of threads may settle a cell, at once or one after another, and any may stop in
// the middle for ever.
//
//   F2  On a path, the cells before the first EMPTY or SEALED one have keys forever (F0), so the
//       position of that first cell only moves forward, and all threads that insert a key compete
//       for it. A thread that inserts a key into the next table has seen one of these on the key's
//       path here, before any EMPTY cell: SEALED, the path's end, or the key's own FROZEN cell. A
//       thread that moves a key has seen the key's FROZEN cell. A bucket is frozen from its last
//       cell to its first: while the last cell is not FROZEN, no cell of the bucket is.
//   F3  OVER: a key of this home may stand further on, here or in a later table. A thread that
//       inserts or moves a key and finds the key's home full sets OVER in the home's last cell
//       before it goes on; if that cell is FROZEN, it goes on without. So a full home whose last
//       cell has neither OVER nor FROZEN ends the search for a key.
//   F4  No key comes back. A thread that is late holds the key and value of a frozen cell. The
//       key's cell in the next table, once there, is there for ever (F0; erasing leaves DEAD), and
//       before the first EMPTY or SEALED cell of its path. So the late thread finds it, whatever
//       became of the key; or it finds SEALED: then the next table was the root already, all of the
//       earlier one was done, and the key had its cell. In tables after the next one the same
//       holds, because a full path stays full. A writer that meets FROZEN moves the key before it
//       goes on, so the key's cell is there before the key is changed there.
//
// M1 holds as for every engine: only the root is frozen. DEAD is not moved, so a migration drops
// the erased keys.

#include "ferry/detail/chain/engine.hpp"
#include "ferry/detail/chain/next_table.hpp"
#include "ferry/detail/flat/tables.hpp"

FERRY_ENGINE_BEGIN

/// Says in the full home bucket of a path that the path goes on (F3).
inline void mark_over(cell &last) noexcept {
    cell_word seen = last.load();
    // Failure: another thread changed the key, and made progress; or it froze or marked the cell.
    while (!seen.is_over() && !seen.is_frozen() && !last.try_mark(seen, seen.over())) {
    }
}

/// Gives the live key of a frozen cell of `from` a cell in the tables after it, unless it has one
/// there (F4). The caller is pinned since before it loaded the root from which it came to `from`.
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
                        static_cast<void>(into->counts().count_used(core.seat_of(self)));
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
