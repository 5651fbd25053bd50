// SPDX-License-Identifier: BSL-1.0
#pragma once

// The tables of this engine: their buckets hold slots that link nodes.

#include "ferry/detail/node/slot.hpp"
#include "ferry/detail/table/table.hpp"

FERRY_ENGINE_BEGIN

using table = basic_table<bucket>;
using geometry = table::geometry;

/// What a stripe counts.
struct node_counts {
    detail::counter nodes; ///< linked and not dropped, live or dead
    detail::counter dead;  ///< those of them whose key is absent
    detail::counter boxes; ///< those of them that own a box, or another node that serves as one
};

FERRY_ENGINE_END
