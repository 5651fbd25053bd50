// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "report/measurements.hpp"

#include <iosfwd>

namespace ferry::bench {

// How ferry stands to the best rival of each throughput: its better engine of the cell, and each
// engine by itself. For each the geometric mean of the ratios and the number of cells in which it
// is first, by number of threads; and the cells in which it is not.
void print_verdict(std::ostream &, const measurements &);

} // namespace ferry::bench
