// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "report/measurements.hpp"

#include <iosfwd>

namespace ferry::bench {

// How ferry stands to the best map of each family: geometric means of throughputs, and the cells
// where it is behind, or was wrong or did not finish.
void print_verdict(std::ostream &, const measurements &);

} // namespace ferry::bench
