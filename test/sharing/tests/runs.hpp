// SPDX-License-Identifier: BSL-1.0
#pragma once

// Runs of whole maps, for tests that compare them.

#include "report/cells.hpp"

#include <string_view>

namespace ferry::sharing {

// Large enough for figures that are stable to a few hundredths.
inline constexpr order small_order{.keys = 4000, .operations = 8000};
inline constexpr order large_order{.keys = 30'000, .operations = 30'000};

// Each run is done once. Checks that no answer was wrong.
const cell &run_map(std::string_view map, workload, unsigned cores,
                    const order &size = small_order);

// Operations in a time, as a multiple of one core's.
double speed_up(std::string_view map, workload, unsigned cores);

// Per operation.
double remote_misses(const cell &);
double remote_writes(const cell &);

} // namespace ferry::sharing
