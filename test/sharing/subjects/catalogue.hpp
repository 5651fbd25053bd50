// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "adapters/map_entry.hpp"

#include <string_view>
#include <vector>

namespace ferry::sharing {

// The maps that this program was built with, ferry first.
const std::vector<bench::map_entry> &catalogue();

// nullptr: there is none of this name.
const bench::map_entry *map_named(std::string_view);

} // namespace ferry::sharing
