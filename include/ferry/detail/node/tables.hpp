// SPDX-License-Identifier: BSL-1.0
#pragma once

// The tables of this engine: their buckets hold slots that link nodes.

#include "ferry/detail/node/slot.hpp"
#include "ferry/detail/table/table.hpp"

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

using table = basic_table<bucket>;
using geometry = table::geometry;

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
