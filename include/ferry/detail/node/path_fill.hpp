// SPDX-License-Identifier: BSL-1.0
#pragma once

// What fills a path: how many tombstones and dead keys stand on it.
//
// Progress: bounded by the path. Other threads may change what is counted meanwhile; the results
// serve choices, and none of these is wrong.

#include "ferry/detail/chain/next_table.hpp"
#include "ferry/detail/node/value_cell.hpp"
#include "ferry/detail/node/walk.hpp"

FERRY_ENGINE_BEGIN

/// Whether the keys of a path come and go so often that an erased node should stay, so that an
/// insertion revives it. They do if tombstones_to_keep tombstones, or half of a small table's
/// slots, stand before `link` on its path in some table of the chain. Each return of a dropped key
/// takes a new slot of its path. If such keys were dropped, their paths would run out again and
/// again, long before the tables are full.
///
/// Dropping is optional, so concurrent changes do no harm. The caller has been pinned since before
/// it loaded `from` from the root.
inline bool has_many_tombstones(const table &from, slot_word link, std::uint64_t hash) noexcept {
    for (const table *in = &from; in != nullptr; in = in->next()) {
        unsigned tombstones = 0;
        any_slot(*in, hash, [&](const slot &each) {
            const slot_word word = each.load();
            tombstones += word.is_tombstone();
            return word == link || word.is_empty() || word.is_sealed();
        });
        if (tombstones >= std::min<std::size_t>(detail::tombstones_to_keep, in->capacity() / 2)) {
            return true;
        }
    }
    return false;
}

/// What fills most of a path of `full` that has no EMPTY slot left. The caller pinned before it
/// came to `full` from the root; that pin protects the nodes.
template <class Core>
path_fill fill_of_path(const Core &core, const table &full, std::uint64_t hash) noexcept {
    std::size_t live = 0;
    std::size_t absent = 0;
    any_slot(full, hash, [&](const slot &each) {
        const slot_word word = each.load();
        const bool is_live = word.is_link() && core.node_at(word)->state.load().is_live();
        (is_live ? live : absent) += 1;
        return false;
    });
    return absent > live ? path_fill::absent : path_fill::live;
}

FERRY_ENGINE_END
