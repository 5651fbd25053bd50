// SPDX-License-Identifier: BSL-1.0
#pragma once

// Walking over the elements.
//
//   F5  A key has at most one cell in each table, so a walk through one table shows it at most once.
//   F6  A key is shown at the first table of the walk in which it has a cell, and skipped in later
//       tables. If that cell is FROZEN, the key is looked up from the current root on.
//   F7  A key that is present throughout is not missed: the walk stops on a path only at an EMPTY
//       cell, or at a full home without OVER and FROZEN. Otherwise it continues in the next table.
//   F8  A key that is present when the walk begins has a cell in a table that is in the chain at
//       that moment, and keeps it. So tables that are added later are not visited, and the walk
//       ends however fast they are added.
//
// Progress: bounded by the paths of the homes in the range, in the tables of the chain.

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
/// that have a cell in table `at` or a later one, up to `end`, the last of the chain when the walk
/// began (F8). Skips those that have one in a table before `at`, from `start` on. True: f returned
/// true, which ended the walk. The caller is pinned.
template <class Core, class F>
bool walk_cells(const Core &core, cell_table &start, cell_table &at, const cell_table &end,
                std::uint64_t first, std::uint64_t last, F &f) {
    const unsigned shift = at.shift();
    for (std::uint64_t home = first >> shift; home <= last >> shift; ++home) {
        const std::uint64_t low = std::max(first, home << shift);
        const std::uint64_t high =
            std::min(last, (home << shift) | ((std::uint64_t{1} << shift) - 1));
        const auto show = [&](const cell &each, cell_word word, std::uint64_t hash) {
            if (low > hash || hash > high || has_cell_earlier(start, at, hash)) {
                return false;
            }
            seen_key seen{word.is_live(), each.value()};
            if (word.is_frozen()) {
                // A lookup of its own, from the present root: the chain behind `at` may be long.
                seen = {};
                engine::look_further(core.root(), hash, seen);
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
        if (&at != &end && engine::walk_cells(core, start, *at.next(), end, low, high, f)) {
            return true;
        }
    }
    return false;
}

FERRY_ENGINE_END
