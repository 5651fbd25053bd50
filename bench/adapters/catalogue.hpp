// SPDX-License-Identifier: BSL-1.0
#pragma once

// The maps that can be measured. Each adapter is compiled on its own and is known here only by the
// function that describes it; entry.hpp has what such a function needs.

#include "adapters/map_entry.hpp"

#include <vector>

namespace ferry::bench {

// Those this program was built with, ferry first.
const std::vector<map_entry> &catalogue();

} // namespace ferry::bench
