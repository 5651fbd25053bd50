// SPDX-License-Identifier: BSL-1.0
#pragma once

// Walking over the elements.
//
//   F5  A key has at most one cell in each table, so a walk through one table shows it at most once.
//   F6  The first table of the walk that has a cell of the key shows it. Later tables skip it. If
//       the cell is frozen, the key's state is looked up in the tables after it.
//   F7  An element that is present throughout has a cell in each table that the walk must look at,
//       or in a later one to which the walk goes on: it goes on unless it saw an EMPTY cell, or a
//       full home without OVER and FROZEN, on the path.
//
// Progress: bounded by the paths of the homes in the range.

#include "ferry/detail/flat/find.hpp"

FERRY_ENGINE_BEGIN

/// Whether a key has a cell in a table before `end`, from `start` on.
inline bool has_cell_earlier(const cell_table &start, const cell_table &end,
                             std::uint64_t hash) noexcept {
    for (const cell_table *in = &start; in != &end; in = in->next()) {
        if (key_word(*in, hash).has_key()) {
            return true;
        }
    }
    return false;
}

/// Calls `f(value, hash)` for the present keys with hashes from `first` to `last`, both inclusive,
/// that have a cell in table `at` or after it. Skips those that have one in a table before `at`,
/// from `start` on, where the walk began. True: f returned true, which ended the walk. The caller
/// is pinned.
template <class F>
bool walk_cells(cell_table &start, cell_table &at, std::uint64_t first, std::uint64_t last, F &f) {
    const unsigned shift = at.shift();
    for (std::uint64_t home = first >> shift; home <= last >> shift; ++home) {
        const std::uint64_t low = std::max(first, home << shift);
        const std::uint64_t high =
            std::min(last, (home << shift) | ((std::uint64_t{1} << shift) - 1));
        const auto show = [&](const cell &each, cell_word word, std::uint64_t hash) {
            seen_key seen{word.is_live(), each.value()};
            if (low > hash || hash > high || has_cell_earlier(start, at, hash)) {
                return false;
            }
            if (word.is_frozen()) {
                engine::look_further(at.next(), hash, seen);
            }
            return seen.live && f(std::as_const(seen.value), hash);
        };
        bool complete = false;
        bool sealed = false;
        std::size_t index = home;
        for (cell_path path(at, low); !path.ended() && !complete && !sealed;
             path.advance(), ++index) {
            for (const cell &each : path.bucket().cells) {
                const cell_word word = each.load();
                complete = word.is_empty();
                sealed = word.is_sealed();
                if (complete || sealed) {
                    break;
                }
                if (show(each, word, cell_path::hash_of(at, index, word))) {
                    return true;
                }
            }
            if (!complete && !sealed && index == home) {
                const cell_word word = path.bucket().last().load();
                complete = !word.is_over() && !word.is_frozen();
            }
        }
        if (complete) {
            continue;
        }
        if (cell_table *next = at.next()) {
            if (engine::walk_cells(start, *next, low, high, f)) {
                return true;
            }
        }
    }
    return false;
}

FERRY_ENGINE_END
