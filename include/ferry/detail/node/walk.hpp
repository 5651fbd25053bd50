// SPDX-License-Identifier: BSL-1.0
#pragma once

// The walk along a key's path: bucket by bucket through a table, and on into the next.
//
//   P1  The slots before a path's first EMPTY or SEALED one are final but for LINK → TOMBSTONE. So that
//       first slot only moves forward, and all threads with the same key fight for the same slot.
//   P2  Whoever puts a key into the next table has seen SEALED, or the end, before any EMPTY on
//       the key's path here, and it stays so (P1).
//   P3  In a bucket, links and tombstones come first, then EMPTY slots, then SEALED ones: who links a
//   slot
//       saw those before it settled, and who seals one saw those after it settled. So while the
//       last is EMPTY, none of them is or ever was SEALED.
//
// Progress: a bucket is looked at again only when another thread settled a slot of it, at most
// once for each slot; a walk is bounded by the paths of the chain, in loads by loads_of_path for
// each table.

#include "ferry/detail/node/probe.hpp"
#include "ferry/detail/node/tables.hpp"

#include <type_traits>

FERRY_ENGINE_BEGIN

/// Loads that a walk makes in a table, at most, whatever others do, its callbacks' first loads of
/// nodes among them: those of the probe, of each match, and of where it stopped, for each look.
constexpr std::size_t loads_of_path(std::size_t path_buckets) noexcept {
    constexpr std::size_t a_look = bucket_slots + 2 * bucket_slots + 2;
    return path_buckets * (bucket_slots + 1) * a_look + 1;
}

/// on_vacant of a walk that only wants to know whether the key is there: the first EMPTY slot ends
/// it. It need not even be found: when no lane led to the key and the last slot is EMPTY, then the
/// first lane that was neither link nor tombstone was not SEALED (P3), hence EMPTY, and the key
/// absent when that lane was read; or, if a match was DROPPED, when its key was erased, if that
/// came later.
struct end_at_vacant {};

/// What a walk does after it has called one of its callbacks.
enum class walk_step {
    go_on, ///< after on_vacant: look at the bucket again
    end,
};

/// What a walk does where it meets a SEALED slot: nothing further on in the table is of the path.
enum class at_sealed {
    go_on, ///< in the next table
    end,
};

/// Walks the path of `hash` from table `at`, which the caller's pin protects, and with it all
/// tables behind it. Returns the table in which the walk ended.
///
///   on_link(slot_word)       a link with the hash's tag
///   on_vacant(slot&, table&) the first EMPTY slot. Or end_at_vacant
///   on_end(table&)           the path's end in a table that has no next one when it is looked at.
///                            Returns the table to go on in, or nullptr: the walk ends
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

FERRY_ENGINE_END
