// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::map_stats.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include <cstddef>
#include <cstdint>

FERRY_BEGIN

/// Statistics of a map, for people and tests. The figures are read one after another: they need not
/// fit together while other threads write, and are exact while no thread does.
struct map_stats {
    std::size_t live = 0;     ///< elements
    std::size_t dead = 0;     ///< erased keys that are kept: nodes, or cells of a flat map
    std::size_t used = 0;     ///< slots of the root table that were linked; cells with a key
    std::size_t capacity = 0; ///< slots or cells of the root table's home buckets
    double load = 0;          ///< used / capacity
    std::size_t buckets_migrated = 0; ///< of the migration under way
    std::size_t buckets_left = 0;     ///< of the migration under way, or 0
    std::size_t migrations = 0;       ///< that have ended: grown + swept + shrunk
    std::size_t grown = 0;            ///< to a larger table
    std::size_t swept = 0;            ///< to a table of the same size, without dead keys
    std::size_t shrunk = 0;           ///< to a smaller table
    std::size_t retired_objects = 0;  ///< nodes, values and tables that wait to be freed
    std::size_t retired_bytes = 0;    ///< bytes of these; not what keys and values own elsewhere
    std::uint64_t epoch = 0;          ///< epoch of the map's domain
    /// Age of the domain's oldest pin, in epochs: 0, or 1 (seldom more) while that pin holds the
    /// epoch back. If two looks show the same `epoch` and neither age is 0, a thread was pinned all
    /// the while.
    std::uint64_t oldest_pin_age = 0;
    /// Nanoseconds since an attempt to advance the epoch first failed because of a pin that has
    /// held it back ever since. 0: no pin holds it back. Take the age of a long pin from here: it
    /// is at least that old, and older by at most the time until the next thread wanted to advance.
    std::uint64_t epoch_held_ns = 0;
    bool barrier_refused = false; ///< the system refused a barrier, so the epoch may stand still
    std::size_t table_bytes = 0;  ///< bytes of the chain of tables, without retired ones
    std::size_t node_bytes = 0;   ///< bytes of linked nodes and their boxes, without retired ones;
                                  ///< a node that serves as a box counts as a box. 0: a flat map
};

FERRY_END

#endif
