// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "report/measurements.hpp"

#include <iosfwd>

namespace ferry::bench {

// What changed from one session to another: for each cell and map of both the ratio of the medians
// and whether the ranges of the rounds overlap; and whether both agree on who wins. Throws
// std::runtime_error, with a sentence, if they have no cell in common.
void compare(std::ostream &, const measurements &before, const measurements &after);

} // namespace ferry::bench
