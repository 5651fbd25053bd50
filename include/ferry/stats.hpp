// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::map_stats.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include <cstddef>
#include <cstdint>

FERRY_BEGIN

/// A picture of a map, for people and for tests. The figures are read one after another: while
/// other threads write they need not fit together, when nobody does they are exact.
struct map_stats {
    std::size_t live = 0;             ///< elements
    std::size_t dead = 0;             ///< erased elements whose node, with its key, is kept
    std::size_t used = 0;             ///< slots of the root table that are links or tombstones
    std::size_t capacity = 0;         ///< slots of the root table's home buckets
    double load = 0;                  ///< used / capacity
    std::size_t buckets_migrated = 0; ///< of the migration under way
    std::size_t buckets_left = 0;     ///< of the migration under way; 0 when there is none
    std::size_t migrations = 0;       ///< ended so far: grown + swept + shrunk
    std::size_t grown = 0;            ///< to a larger table
    std::size_t swept = 0;            ///< to one of the same size, without the dead
    std::size_t shrunk = 0;           ///< to a smaller table
    std::size_t retired_objects = 0;  ///< nodes, values and tables that wait for their grace period
    std::size_t retired_bytes = 0;    ///< their bytes
    std::uint64_t epoch = 0;          ///< of the map's domain
    /// In epochs, of any thread in the domain: 0, or 1 (seldom more) while the oldest pin holds the
    /// epoch back. Not 0 at the same `epoch` in two looks: somebody was pinned all the while.
    std::uint64_t oldest_pin_age = 0;
    bool barrier_refused = false; ///< the system has refused a barrier: nothing was reclaimed then
    std::size_t table_bytes = 0;  ///< of the chain of tables, without retired ones
    std::size_t node_bytes = 0;   ///< of linked nodes and their boxes (a value that another node
                                  ///< serves as a box counts as a box), without retired ones
};

FERRY_END

#endif
