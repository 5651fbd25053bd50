// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "report/cells.hpp"

#include <iosfwd>

namespace ferry::sharing {

// What the figures are and what they leave out.
void print_heading(std::ostream &, const plan &);

// A row for each map, a column for each number of cores. Says which answers were wrong.
void print_table(std::ostream &, const plan &, workload, const std::vector<cell> &);

// Of each cell with the most cores, the lines that were passed most often.
void print_hottest(std::ostream &, const std::vector<cell> &, unsigned how_many);

std::string_view name_of(part);

} // namespace ferry::sharing
