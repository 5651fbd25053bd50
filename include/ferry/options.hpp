// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::options.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include <cstddef>

FERRY_BEGIN

/// How a map is set up.
struct options {
    /// Elements the first table has room for before it grows. Its memory is provided by the
    /// construction, so that no operation waits for the system there.
    std::size_t capacity = 0;
    /// Elements a table always has room for: it is not made smaller than that.
    std::size_t min_capacity = 0;
    /// Ask the system for huge pages for large tables: faster random access at millions of
    /// elements, and single operations that wait, tenths of a millisecond, while one is zeroed.
    /// Else the system is asked for none, whatever its own default is.
    bool huge_pages = false;
    /// Erasing drops the node with its key at once, instead of keeping it for the key's return.
    /// The key is destroyed after two grace periods, and any operation may compare with it until
    /// then. For keys that are never the same again: a key that comes back takes a new slot each
    /// time, so that the table is swept once for each three eighths of its capacity, at least, that
    /// come and go. A key that has come back so often that sixteen slots before it are tombstones
    /// is kept when it is erased, as without this option, until the next sweep or shrink_to_fit().
    bool drop_on_erase = false;
    /// The reclamation domain; nullptr: the process's default. Must outlive the map.
    epoch_domain *domain = nullptr;
};

FERRY_END

#endif
