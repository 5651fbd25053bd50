// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "report/measurements.hpp"

#include <iosfwd>

namespace ferry::bench {

// One line for each counter of each map in each cell: cell, map, counter, median, min, max, rounds;
// for a wrong map the counter is "wrong" and the rest empty.
void write_csv(std::ostream &, const measurements &);

} // namespace ferry::bench
