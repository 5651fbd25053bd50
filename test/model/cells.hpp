// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reclamation by itself: a few atomic pointers in place of a map, and a stripe of garbage for what
// they pointed to. A call is a dozen steps here, and most of what can go wrong between pins,
// labels, scans and lists is within reach of an exploration of all schedules.

#include "subject.hpp"

namespace ferry::model {

std::unique_ptr<subject> make_cells();

} // namespace ferry::model
