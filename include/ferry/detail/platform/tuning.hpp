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
inline constexpr std::uint64_t turns_per_advance = 1;
inline constexpr unsigned turns_skipped = 1;
inline constexpr std::uint64_t turns_per_drain = 1;
inline constexpr std::uint64_t turns_per_visit = 2;
inline constexpr std::uint64_t looks_per_piece = 1;
inline constexpr unsigned expired_places = 1;
inline constexpr std::size_t uncounted_in_child = 2;
inline constexpr unsigned bucket_slots = 2;
inline constexpr std::size_t dead_to_sweep = 0;
inline constexpr unsigned tombstones_to_keep = 2;
inline constexpr std::size_t pages_from_bytes = 1200;
#else
/// Slots of a bucket: a cache line of them.
inline constexpr unsigned bucket_slots = 8;
/// Dead keys that even the smallest table may have before it is swept.
inline constexpr std::size_t dead_to_sweep = 64;
/// Tombstones before a key on its path from which on it is no longer dropped when it is erased: two
/// buckets of them. Keys that are never the same again meet so many in one place only by chance,
/// and seldom; a key that keeps coming back meets nothing else.
inline constexpr unsigned tombstones_to_keep = 2 * bucket_slots;
/// Bytes from which on a table's memory is whole pages from the system, and comes and goes in
/// pieces.
inline constexpr std::size_t pages_from_bytes = std::size_t{64} << 10;
/// Bits of an epoch; a pin needs one more in its word.
inline constexpr unsigned epoch_bits = 62;
inline constexpr std::uint64_t first_epoch = 1;
/// Stripes of counters and garbage: two for each processor, between these; powers of two.
inline constexpr unsigned min_stripes = 8;
inline constexpr unsigned max_stripes = 64;
/// A thread's turns at reclamation are its retirements, and its changes of a map that has an old
/// table to give back. Turns between two attempts to advance the epoch.
inline constexpr std::uint64_t turns_per_advance = 512;
/// Such attempts that a thread leaves out in a row because another's is under way.
inline constexpr unsigned turns_skipped = 8;
/// Turns between two drains of the thread's stripe.
inline constexpr std::uint64_t turns_per_drain = 4;
/// Turns between two looks at a stripe that is not the thread's own, whose threads may have gone.
inline constexpr std::uint64_t turns_per_visit = 64;
/// Operations that meet an old table between two that give a piece of it back.
inline constexpr std::uint64_t looks_per_piece = 16;
/// Lists of a stripe for what is expired and was put back: so many threads drain it at once without
/// a walk to a list's end.
inline constexpr unsigned expired_places = 6;
/// Keys that a child of fork takes to be there besides those that are counted, when it chooses a
/// table's shape: each lost thread may have left one uncounted.
inline constexpr std::size_t uncounted_in_child = 64;
#endif

/// Buckets that an operation migrates while a migration is under way.
inline constexpr unsigned buckets_per_help = 1;

/// Buckets that an operation migrates at most: the number doubles with each table that the chain
/// has beyond the next one.
inline constexpr unsigned most_buckets_per_help = 1024;

/// Neighbouring buckets that the cursor deals to a stripe at a time, so that what the next of them
/// needs can be fetched ahead.
inline constexpr std::size_t buckets_per_share = 16;

/// Slots from which on a table's migration fetches ahead what it needs: the nodes of a smaller one
/// are in a cache near by.
inline constexpr std::size_t slots_to_prefetch = 16384;

/// Slots up to which a table that grows quadruples, to at most 128 KiB: a growing small map moves
/// a third of the nodes it would move by doubling.
inline constexpr std::size_t slots_to_quadruple = 4096;

/// Where tombstones fill a path, the table is swept for it if it holds at most this many times the
/// path's slots; in a larger one paths are made longer.
inline constexpr std::size_t paths_to_sweep = 64;

/// Bytes of a table that its maker populates at once, if it populates all of it.
inline constexpr std::size_t populate_bytes = std::size_t{64} << 10;

/// Bytes of an old table that are given back at once; of one with huge pages it is one of those.
/// Each time the system interrupts all threads, which costs as much as forty pages.
inline constexpr std::size_t release_bytes = std::size_t{256} << 10;

/// Bytes of addresses that follow at once, of which a piece holds memory yet.
inline constexpr std::size_t release_stretch = std::size_t{8} << 20;

/// Objects freed, at most, by a drain: two for each turn.
inline constexpr unsigned frees_per_drain = 2 * turns_per_drain;

/// Items taken up, at most, by a drain: those that are freed, and dropped nodes that begin their
/// second grace period.
inline constexpr unsigned items_per_drain = 2 * frees_per_drain;

/// Bytes of the largest value that is copied into a node's free place.
inline constexpr std::size_t largest_copied_value = 64;

/// Words of the done-bitmap that one operation looks at, at most, to find whether all are full.
inline constexpr unsigned done_words_per_help = 16;

/// Homes that for_each passes between two refreshes of its pin.
inline constexpr unsigned homes_per_refresh = 64;

/// Buckets that reserve and shrink_to_fit migrate between two refreshes of their pin.
inline constexpr unsigned buckets_per_refresh = 64;

/// Keys that visit_many has under way at a time.
inline constexpr std::size_t keys_in_flight = 16;

FERRY_DETAIL_END
