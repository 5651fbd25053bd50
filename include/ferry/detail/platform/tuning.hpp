// SPDX-License-Identifier: BSL-1.0
#pragma once

// The numbers that were chosen by measuring. A model build shrinks those that hide bugs.

#include "ferry/detail/platform/abi.hpp"

#include <cstddef>
#include <cstdint>

FERRY_DETAIL_BEGIN

#ifdef FERRY_MODEL
inline constexpr unsigned epoch_bits = 3;
inline constexpr std::uint64_t first_epoch = 5;
inline constexpr unsigned min_stripes = 1;
inline constexpr unsigned max_stripes = 1;
inline constexpr unsigned guests_per_stripe = 1;
inline constexpr std::uint64_t turns_per_advance = 1;
inline constexpr std::uint64_t attempt_interval = 0;
inline constexpr std::uint64_t lost_attempt = 100;
inline constexpr std::size_t bytes_per_turn = std::size_t{1} << 20;
inline constexpr std::uint64_t turns_per_drain = 1;
inline constexpr std::uint64_t turns_per_visit = 2;
inline constexpr std::uint64_t looks_per_piece = 1;
inline constexpr unsigned expired_places = 1;
inline constexpr std::size_t uncounted_in_child = 2;
inline constexpr unsigned bucket_slots = 2;
inline constexpr unsigned bucket_cells = 2;
inline constexpr std::size_t unit_of_cells = 1;
inline constexpr unsigned unused_hash_bits = 4;
inline constexpr std::size_t dead_to_sweep = 0;
inline constexpr unsigned tombstones_to_keep = 2;
inline constexpr std::size_t pages_from_bytes = 1000;
#else
/// Slots of a bucket, which fill a cache line.
inline constexpr unsigned bucket_slots = 8;
/// Cells of a bucket of a flat map, which fill a cache line.
inline constexpr unsigned bucket_cells = 4;
/// Buckets of a flat map that are migrated together.
inline constexpr std::size_t unit_of_cells = 8;
/// Low bits of a flat map's hashes that are always 0. In the model, so that tables can be small.
inline constexpr unsigned unused_hash_bits = 0;
/// Dead keys that even the smallest table may hold before it is swept.
inline constexpr std::size_t dead_to_sweep = 64;
/// If so many tombstones stand before a key on its path, the key is no longer dropped when it is
/// erased. Two buckets of them: keys that never return meet so many in one place only seldom, and
/// by chance. A key that keeps coming back meets them always.
inline constexpr unsigned tombstones_to_keep = 2 * bucket_slots;
/// From this many bytes on, a table's memory is whole pages from the system, and comes and goes in
/// pieces.
inline constexpr std::size_t pages_from_bytes = std::size_t{64} << 10;
/// Bits of an epoch. The word of a pin needs one more.
inline constexpr unsigned epoch_bits = 62;
inline constexpr std::uint64_t first_epoch = 1;
/// Bounds of the number of stripes of counters and garbage, which is two for each processor. Powers
/// of two.
inline constexpr unsigned min_stripes = 8;
inline constexpr unsigned max_stripes = 64;
/// Of so many times that threads without a stripe of their own look theirs up, one makes it.
inline constexpr unsigned guests_per_stripe = 8;
/// Turns of a thread between two at which it may attempt to advance the epoch. It takes a turn at
/// reclamation when it retires something, and when it writes to a map that has an old table to give
/// back.
inline constexpr std::uint64_t turns_per_advance = 512;
/// Nanoseconds from the end of an attempt to advance to the next, over all threads and domains.
inline constexpr std::uint64_t attempt_interval = 100'000;
/// Nanoseconds (in the model: steps) after which the thread of an attempt is taken for stopped.
inline constexpr std::uint64_t lost_attempt = 1'000'000;
/// Bytes of a retired small table that are one more turn, so that the bytes that wait are bounded,
/// and not only the objects.
inline constexpr std::size_t bytes_per_turn = 256;
/// Turns in a map's stripe between two drains of it by its threads.
inline constexpr std::uint64_t turns_per_drain = 4;
/// Turns in a map's stripe between two drains of another one, whose threads may have ended.
inline constexpr std::uint64_t turns_per_visit = 64;
/// Of this many operations that meet an old table, one gives back a piece of it.
inline constexpr std::uint64_t looks_per_piece = 16;
/// Lists of a stripe for expired items that were put back. So many threads can drain it at once
/// before one of them has to walk to a list's end.
inline constexpr unsigned expired_places = 6;
/// Keys that a child of fork assumes beyond the counted ones when it chooses a table's shape. Each
/// lost thread may have left one uncounted.
inline constexpr std::size_t uncounted_in_child = 64;
#endif

/// Most units that an operation migrates. The number doubles with each table that the chain has
/// beyond the next one.
inline constexpr unsigned most_units_per_help = 1024;

/// Slots of a table for each of its stripes.
inline constexpr std::size_t slots_per_stripe = 128;

/// Neighbouring units that the cursor deals to a stripe at a time, so that a thread can fetch ahead
/// what the next ones need.
inline constexpr std::size_t units_per_share = 16;

/// From this many slots on, the migration of a table fetches ahead what it needs. The nodes of a
/// smaller table are in a nearby cache.
inline constexpr std::size_t slots_to_prefetch = 16384;

/// Up to this many slots, a table that grows quadruples, to at most 256 KiB. So a growing small map
/// moves a third of the elements that it would move by doubling.
inline constexpr std::size_t slots_to_quadruple = 4096;

/// If tombstones fill a path, the table is swept if it holds at most this many times the path's
/// slots. In a larger table paths are made longer.
inline constexpr std::size_t paths_to_sweep = 64;

/// Bytes per call when a table's maker prefaults all of it.
inline constexpr std::size_t populate_bytes = std::size_t{64} << 10;

/// Bytes of an old table that are given back at a time. Of a table with huge pages it is one huge
/// page. Each time the system interrupts all threads, which costs as much as forty pages.
inline constexpr std::size_t release_bytes = std::size_t{256} << 10;

/// Bytes of addresses that are given back at a time, after their memory except one piece.
inline constexpr std::size_t release_stretch = std::size_t{8} << 20;

/// Most objects that a drain frees: two for each turn.
inline constexpr unsigned frees_per_drain = 2 * turns_per_drain;

/// Most items that a drain takes: those that it frees, and dropped nodes that begin their second
/// grace period.
inline constexpr unsigned items_per_drain = 2 * frees_per_drain;

/// Bytes of the largest value that is copied into a node's free place.
inline constexpr std::size_t largest_copied_value = 64;

/// Most words of the done bits that one look reads to find out whether all are full.
inline constexpr unsigned done_words_per_help = 32;

/// Homes that for_each passes between two refreshes of its pin.
inline constexpr unsigned homes_per_refresh = 64;

/// Units that reserve and shrink_to_fit migrate between two refreshes of their pin.
inline constexpr unsigned units_per_refresh = 64;

/// Keys that visit_many has under way at a time.
inline constexpr std::size_t keys_in_flight = 16;

FERRY_DETAIL_END
