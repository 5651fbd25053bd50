// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "scenario.hpp"

#include <vector>

namespace ferry::model {

// Every scenario that is explored.
const std::vector<scenario> &catalog();

// By a generator, one for each number.
scenario generated(unsigned number);

} // namespace ferry::model
