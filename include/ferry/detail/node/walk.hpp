// SPDX-License-Identifier: BSL-1.0
#pragma once

// The walk along a key's path: bucket by bucket through a table, and on into the next.
//
//   P1  The slots before a path's first EMPTY or SEALED slot are final except for LINK → TOMBSTONE.
//       So that first slot only moves forward, and all threads with the same key compete for the
//       same slot.
//   P2  A thread that inserts a new key into the next table has seen SEALED, or the path's end,
//       before any EMPTY slot on the key's path here. This stays so (P1). A helper puts there only
//       a node that an earlier table has linked.
//   P3  In a bucket, links and tombstones come first, then EMPTY slots, then SEALED ones. A thread
//       links a slot only after it saw a link or a tombstone in each slot before it. A thread seals
//       a slot only after it saw that none of the slots after it is EMPTY. So while the last slot
//       is EMPTY, no slot of the bucket is or ever was SEALED.
//
// Progress: a bucket is looked at again only when another thread linked or sealed a slot of it, at
// most once for each slot. A walk is bounded by the paths of the chain; in each table it makes at
// most loads_of_path loads.

#include "ferry/detail/node/probe.hpp"
#include "ferry/detail/node/tables.hpp"

#include <type_traits>

FERRY_ENGINE_BEGIN

/// Calls `f(slot&)` for the slots of a hash's path in one table until it returns true. Returns
/// whether it did.
template <class F>
bool any_slot(const table &in, std::uint64_t hash, F &&f) {
    bucket *here = in.home(hash);
    for (bucket *const end = here + in.path_buckets(); here != end; ++here) {
        for (slot &each : here->slots) {
            if (f(each)) {
                return true;
            }
        }
    }
    return false;
}

/// The most loads that a lookup makes in a table, whatever other threads do: of its first look at
/// the home (node/find.hpp), and of the walk. Each look at a bucket loads its slots for the probe,
/// two words for each match, the last slot, and the slot at which it stopped. The second word of a
/// match is the node's state, loaded by the callback.
constexpr std::size_t loads_of_path(std::size_t path_buckets) noexcept {
    constexpr std::size_t a_look = bucket_slots + 2 * bucket_slots + 2;
    return a_look + path_buckets * (bucket_slots + 1) * a_look + 1;
}

/// on_vacant of a walk that only looks for a key: the first EMPTY slot ends it. The walk need not
/// find that slot. If no lane led to the key and the bucket's last slot is EMPTY, then the first
/// lane that was neither a link nor a tombstone was not SEALED (P3). So it was EMPTY, and the key
/// was absent when that lane was read. If a match was DROPPED and its key was erased later than
/// that, the key was absent when it was erased.
struct end_at_vacant {};

/// What a walk does after it has called one of its callbacks.
enum class walk_step {
    go_on, ///< after on_vacant: look at the bucket again
    end,
};

/// What a walk does at a SEALED slot. The path ends there in this table.
enum class at_sealed {
    go_on, ///< in the next table
    end,
};

/// Walks the path of `hash` from table `at` on. The caller's pin protects `at` and all tables after
/// it. Returns the table in which the walk ended.
///
///   on_link(slot_word)       a link with the hash's tag
///   on_vacant(slot&, table&) the first EMPTY slot. Or end_at_vacant
///   on_end(table&)           the path's end in a table whose `next` was null when it was loaded.
///                            Returns the table to go on in; nullptr: the walk ends
template <at_sealed Sealed = at_sealed::go_on, class OnLink, class OnVacant, class OnEnd>
[[gnu::always_inline]] inline table *walk_path(table *at, std::uint64_t hash, OnLink &&on_link,
                                               OnVacant &&on_vacant, OnEnd &&on_end) {
    constexpr bool only_looks = std::is_same_v<std::remove_cvref_t<OnVacant>, end_at_vacant>;
    const std::uint64_t tag = slot_word::tag_of(hash);
    for (;;) {
        bucket *here = at->home(hash);
        bucket *const end = here + at->path_buckets();
        do {
            const bucket_view seen(*here);
            for (auto lanes = seen.matches(tag); !lanes.empty(); lanes.drop_first()) {
                const slot_word word = here->slots[lanes.first()].load();
                if (word.is_link() && on_link(word) == walk_step::end) {
                    return at;
                }
            }
            if constexpr (only_looks) {
                if (here->slots[bucket_slots - 1].load().is_empty()) [[likely]] {
                    return at;
                }
            }
            const auto stops = seen.stops();
            if (stops.empty()) {
                ++here;
                continue;
            }
            slot &stop = here->slots[stops.first()];
            const slot_word word = stop.load();
            if (word.is_sealed()) {
                if constexpr (Sealed == at_sealed::end) {
                    return at;
                }
                break;
            }
            if constexpr (only_looks) {
                static_cast<void>(on_vacant);
                if (word.is_empty()) {
                    return at;
                }
            } else {
                if (word.is_empty() && on_vacant(stop, *at) == walk_step::end) {
                    return at;
                }
            }
            // Linked or sealed since the probe: look at the bucket again.
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

FERRY_ENGINE_END
