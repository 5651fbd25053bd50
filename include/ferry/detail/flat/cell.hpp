// SPDX-License-Identifier: BSL-1.0
#pragma once

// A cell: an atomic word with key and state, and an atomic word with the value. Four cells on one
// cache line are a bucket.
//
//   F0  A cell gets a key once and keeps it: EMPTY → LIVE(k), after which it is LIVE(k) or DEAD(k).
//   F1  The value is changed only together with an unfrozen key word, by a compare-and-swap of both
//       words (CAS16). DEAD keeps its last value. Suppose a thread loads LIVE(k), not FROZEN, and
//       then the value. That value was current when it was loaded or, if the cell was erased or
//       frozen in between, at that step. Either moment lies after the load of the key word. So a
//       lookup need not recheck the key word, and needs no 16-byte load.
//
// Orders. A CAS publishes what its thread did before, and an acquire load of either word takes that
// over [E:cell-publish]: values may be pointers. No cell is part of a Dekker pair, because no
// operation rechecks what it read (F4 in flat/settle.hpp).

#include "ferry/detail/flat/cell_word.hpp"
#include "ferry/detail/platform/assert.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/pages.hpp"
#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/platform/wide_cas.hpp"

FERRY_ENGINE_BEGIN

class cell {
public:
    cell_word load() const noexcept {
        // acquire: sees what the inserting thread did before; after FROZEN, the next table; and
        // orders the later load of the value word [E:cell-publish]
        return cell_word{words_.first.load(detail::acquire)};
    }

    /// The value, after load() told that a key has the cell (F1).
    std::uint64_t value() const noexcept {
        // acquire: what the value leads to [E:cell-publish]
        return words_.second.load(detail::acquire);
    }

    /// Changes state and value at once. False: another thread changed the cell, and made progress.
    bool try_change(cell_word from, std::uint64_t value, cell_word to,
                    std::uint64_t new_value) noexcept {
        FERRY_ASSERT(cell_word::may_become(from, to) && to.has_key(),
                     "a cell was about to change illegally");
        // acquire and release [E:cell-publish]
        return detail::wide_compare_exchange(words_, {from.bits(), value}, {to.bits(), new_value});
    }

    /// EMPTY → LIVE. False: another thread changed the cell.
    bool try_insert(std::uint64_t body, std::uint64_t value) noexcept {
        return try_change(cell_word::empty(), 0, cell_word::live(body), value);
    }

    /// Changes the key word alone: freezes, seals, or sets OVER. On failure `seen` is the present
    /// word; another thread made progress.
    bool try_mark(cell_word &seen, cell_word to) noexcept {
        FERRY_ASSERT(cell_word::may_become(seen, to) && to.is_live() == seen.is_live(),
                     "a cell was about to change illegally");
        std::uint64_t bits = seen.bits();
        // acq_rel: as load; what this thread knows of the next table goes to threads that see
        // FROZEN [E:cell-publish]
        const bool done =
            words_.first.compare_exchange_strong(bits, to.bits(), detail::acq_rel, detail::acquire);
        seen = cell_word{bits};
        return done;
    }

private:
    detail::wide_atomic words_;
};

using detail::bucket_cells;

/// One cache line of cells, which a probe looks at together. Zeroed memory is all EMPTY.
struct alignas(detail::line_bytes) cell_bucket {
    static constexpr unsigned slot_count = bucket_cells;
    /// Buckets that are migrated together. Moving one bucket's keys costs less than setting a done
    /// bit, so several buckets share one.
    static constexpr std::size_t unit = detail::unit_of_cells;
    /// Four pages: a call of the system costs more than a page. (bench/notes.md)
    static constexpr std::size_t prefault_bytes = 4 * detail::page_bytes;
    /// The body has room for displacement and rest: bit_width(path) + 64 - bits - unused_hash_bits
    /// is at most body_bits.
    static constexpr unsigned spare_bits = 64 - detail::unused_hash_bits - cell_word::body_bits + 1;

    cell cells[bucket_cells];

    cell &last() noexcept { return cells[bucket_cells - 1]; }
    const cell &last() const noexcept { return cells[bucket_cells - 1]; }
};
static_assert(sizeof(cell_bucket) == detail::line_bytes);

FERRY_ENGINE_END
