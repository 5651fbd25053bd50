// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "report/measurements.hpp"

#include <iosfwd>

namespace ferry::bench {

// One line for each counter of each map in each cell: cell, map, counter, median, min, max, rounds;
// for a wrong map the counter is "wrong" and the rest empty.
void write_csv(std::ostream &, const measurements &);

// One line for each tenth of a second of each round of a load on a server: cell, map, round,
// second, requests, max_ns, p99.9_ns. False, and nothing, if there was no such load.
bool write_windows_csv(std::ostream &, const measurements &);

} // namespace ferry::bench
