// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "report/cells.hpp"

#include <iosfwd>

namespace ferry::sharing {

// One object: what was run, and one entry for each cell.
void write_json(std::ostream &, const plan &, const std::vector<cell> &);

} // namespace ferry::sharing
