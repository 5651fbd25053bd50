// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the terminal shows when all is measured.

#include "report/measurements.hpp"

#include <iosfwd>
#include <vector>

namespace ferry::bench {

// For each throughput: ferry, and the best map of each other family. For each latency the same, the
// best being the one with the lowest p99.9. For memory all maps.
void print_tables(std::ostream &, const measurements &);

// Sentences on whether other programs disturbed the measurement; none if they did not.
std::vector<std::string> disturbances(const measurements &);

} // namespace ferry::bench
