// SPDX-License-Identifier: BSL-1.0
#pragma once

// Who is the best of a cell.

#include "report/measurements.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::bench {

// A map that was right and finished.
struct ranked {
    std::string map;
    summary value;
};

// By which number, and whether more of it is better.
struct criterion {
    std::string counter;
    bool more_is_better;
};

// Throughputs by operations a second, latencies by p99.9, memory by what is allocated or, where
// that is not known, resident.
criterion criterion_of(const measured_cell &);

// The best first. Without the floor.
std::vector<ranked> ranking(const measurements &, const measured_cell &);

// The best of a family, be it the floor's; of all but the floor if no family is given. Empty map:
// there is none.
ranked best_of(const measurements &, const measured_cell &, std::string_view family = {});

// The best of the maps that the filter, called with a name, wants.
using map_filter = std::function<bool(std::string_view map)>;
ranked best_of(const measured_cell &, const map_filter &wanted);

// Not ferry's, and not the floor.
bool is_rival(const measurements &, std::string_view map);

// In the order of the catalogue, without the floor.
std::vector<std::string> families_of(const measurements &);

std::string_view family_of(const measurements &, std::string_view map);

} // namespace ferry::bench
