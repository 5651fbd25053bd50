// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::options.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include <cstddef>

FERRY_BEGIN

/// The settings of a map. Programs may list them in this order, so a new one comes last.
struct options {
    /// Elements for which the first table has room before it grows. The constructor prefaults the
    /// table's memory, so that no later operation waits for the system there.
    std::size_t capacity = 0;
    /// Elements for which every table has room: no table is made smaller than that.
    std::size_t min_capacity = 0;
    /// Ask the system for huge pages for large tables. They make random access to millions of
    /// elements faster, but single operations wait, for tenths of a millisecond, while a page is
    /// zeroed. Otherwise large tables refuse huge pages, whatever the system's default is.
    bool huge_pages = false;
    /// Drop an erased node with its key at once, instead of keeping it for the key's return. The
    /// key is destroyed after two grace periods; until then any operation may compare with it. This
    /// is for keys that seldom return. A key that returns takes a new slot each time, and
    /// tombstones fill the table: a sweep is due after three eighths of its capacity have come and
    /// gone, or later. If sixteen tombstones (in a table of fewer than 32 slots, half as many as it
    /// has slots) stand before a key in its probe sequence, it is kept when it is erased, as
    /// without this option. The next migration, or shrink_to_fit(), drops it. These are keys that
    /// came back again and again, and now and then another. A flat map ignores this option.
    bool drop_on_erase = false;
    /// The reclamation domain; nullptr: the process's default domain. It must outlive the map.
    epoch_domain *domain = nullptr;
    /// Halves the table when size() falls below this share of capacity(), repeatedly, but not below
    /// min_capacity or reserve(), nor where the keys' paths would run out. Larger values count as
    /// 1/8, and less than 1/65536 as 0. maintain() checks it at each call, also before the first
    /// insertion (`capacity` is no floor), and erasing threads now and then. With 0 a table is
    /// halved only by a migration that begins for another reason. Not for maps that fill and empty
    /// in turn: they would grow again each time.
    double shrink_below = 0;
};

FERRY_END

#endif
