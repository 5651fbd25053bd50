// SPDX-License-Identifier: BSL-1.0
#pragma once

// What servers did under a load, and whether the load was the one that was asked for.

#include "report/measurements.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace ferry::bench {

// A line for each server of a cell of `service`.
void print_service(std::ostream &, const measurements &, const measured_cell &);

// Sentences on where the generator of the load, and not the server, was too slow, and on which
// servers did not keep up; none if all was well.
std::vector<std::string> slow_generators(const measurements &);

} // namespace ferry::bench
