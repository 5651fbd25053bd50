// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"
#include "report/results.hpp"

#include <iosfwd>

namespace ferry::bench {

// Medians in Mops/s, a table for each scenario.
void print_tables(std::ostream &, const options &, const results &);

// How ferry stands to the best libcds map: geometric means, and the cells where it is behind.
void print_verdict(std::ostream &, const options &, const results &);

// Whether other processes disturbed the measurement.
void print_disturbance(std::ostream &, const results &);

} // namespace ferry::bench
