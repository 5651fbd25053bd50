// SPDX-License-Identifier: BSL-1.0
#include "report/standing.hpp"

#include "maps/family.hpp"

#include <algorithm>

namespace ferry::bench {

namespace {

std::vector<comparison> compare_cells(const measurements &m, const map_filter &is_own,
                                      const map_filter &is_rival) {
    std::vector<comparison> all;
    for (const auto &cell : m.cells) {
        if (!criterion_of(cell).more_is_better)
            continue;
        const bool is_measured =
            std::any_of(cell.maps.begin(), cell.maps.end(),
                        [&is_own](const auto &map) { return is_own(map.first); });
        const auto rival = best_of(cell, is_rival);
        if (is_measured && !rival.map.empty() && rival.value.median > 0)
            all.push_back({&cell, best_of(cell, is_own), rival});
    }
    return all;
}

} // namespace

std::vector<comparison> comparisons(const measurements &m, std::optional<engine> of) {
    return compare_cells(
        m,
        [&m, of](std::string_view map) {
            return family_of(m, map) == family::ferry && (!of || engine_of(map) == *of);
        },
        [&m](std::string_view map) { return is_rival(m, map); });
}

std::vector<comparison> comparisons_with(const measurements &m, std::string_view family) {
    return compare_cells(
        m, [&m](std::string_view map) { return family_of(m, map) == family::ferry; },
        [&m, family](std::string_view map) { return family_of(m, map) == family; });
}

standing standing_of(const std::vector<comparison> &all) {
    standing result;
    for (const auto &one : all) {
        ++result.cells;
        result.first += one.is_first();
        if (!one.has_failed())
            result.ratios.add(one.ratio());
    }
    return result;
}

} // namespace ferry::bench
