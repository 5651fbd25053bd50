// SPDX-License-Identifier: BSL-1.0
#pragma once

// How ferry stands to its rivals in throughput: to the best rival of each cell. A rival is a map
// that is neither ferry's nor the floor, so the maps of one engine are no rivals of the other's.

#include "maps/engine.hpp"
#include "report/measurements.hpp"
#include "report/ranking.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace ferry::bench {

// A cell in which ferry was measured, and a rival that was right and finished.
struct comparison {
    const measured_cell *cell;
    ranked own;   // ferry's best map
    ranked rival; // the best rival

    // All of ferry's maps were wrong or did not finish: there is no ratio.
    bool has_failed() const { return own.map.empty() || own.value.median <= 0; }

    double ratio() const { return own.value.median / rival.value.median; }
    bool is_first() const { return !has_failed() && ratio() >= 1; }
};

// In the order of the cells. Of ferry's maps the best of the engine counts, or of both engines if
// none is given. A cell in which that engine was not measured is left out.
std::vector<comparison> comparisons(const measurements &, std::optional<engine> = {});

// The best map of both engines, and the best rival of one family.
std::vector<comparison> comparisons_with(const measurements &, std::string_view family);

// What several comparisons come to.
struct standing {
    geometric_mean ratios; // of those that have one
    int first = 0;
    int cells = 0;
};

standing standing_of(const std::vector<comparison> &);

} // namespace ferry::bench
