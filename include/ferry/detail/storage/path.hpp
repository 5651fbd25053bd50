// SPDX-License-Identifier: BSL-1.0
#pragma once

// The walk along a key's path: bucket by bucket through a table, and on into the next.
//
//   P1  The slots before a path's first EMPTY or SEALED one are final but for LINK → GAP. So that
//       first slot only moves forward, and all threads with the same key fight for the same slot.
//   P2  Whoever puts a key into the next table has seen SEALED, or the end, before any EMPTY on
//       the key's path here, and it stays so (P1).
//
// Progress: a bucket is looked at again only when another thread settled a slot of it, at most
// eight times; a walk is bounded by the paths of the chain.

#include "ferry/detail/storage/probe.hpp"
#include "ferry/detail/storage/table.hpp"

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// Walks the path of `hash` from table `at`, which the caller's pin protects, and with it all
/// tables behind it. Returns the table in which the walk ended.
///
///   on_link(slot_word)      a link with the hash's tag. true: end the walk
///   on_vacant(slot&, table&) the first EMPTY slot. true: end the walk; false: look again
///   on_end(table&)          the path's end in a table that has no next one when it is looked at.
///                           The table to go on in, or nullptr: end the walk
template <class OnLink, class OnVacant, class OnEnd>
[[gnu::always_inline]] inline table *walk_path(table *at, std::uint64_t hash, OnLink &&on_link,
                                               OnVacant &&on_vacant, OnEnd &&on_end) {
    const std::uint64_t tag = slot_word::tag_of(hash);
    for (;;) {
        bucket *here = at->home(hash);
        bucket *const end = here + at->path_buckets();
        do {
            const probe_result seen = probe(*here, tag);
            for (unsigned lanes = seen.candidates(); lanes != 0; lanes &= lanes - 1) {
                const slot_word word = here->slots[lowest_lane(lanes)].load();
                if (word.is_link() && on_link(word)) {
                    return at;
                }
            }
            if (seen.stops == 0) {
                ++here;
                continue;
            }
            slot &stop = here->slots[lowest_lane(seen.stops)];
            const slot_word word = stop.load();
            if (word.is_sealed()) {
                break;
            }
            if (word.is_empty() && on_vacant(stop, *at)) {
                return at;
            }
            // Settled since the probe: look at the bucket again.
        } while (here != end);

        table *next = at->next();
        if (next == nullptr) {
            next = on_end(*at);
            if (next == nullptr) {
                return at;
            }
        }
        at = next;
    }
}

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
