// SPDX-License-Identifier: BSL-1.0
#pragma once

// The tables of this engine: their buckets hold slots that link nodes.

#include "ferry/detail/node/slot.hpp"
#include "ferry/detail/table/table.hpp"

FERRY_ENGINE_BEGIN

using table = basic_table<bucket>;
using geometry = table::geometry;

FERRY_ENGINE_END
