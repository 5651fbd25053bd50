// SPDX-License-Identifier: BSL-1.0
#include "report/ranking.hpp"

#include "maps/family.hpp"

#include <algorithm>
#include <utility>

namespace ferry::bench {

namespace {

bool finished(const outcome &o) {
    const auto share = o.of("finished");
    const auto operations = o.of("operations");
    return (!share || share->min >= 1) && (!operations || operations->min > 0);
}

std::vector<ranked> ranking_of(const measured_cell &cell, const map_filter &wanted) {
    const auto by = criterion_of(cell);
    std::vector<ranked> maps;
    for (const auto &[map, result] : cell.maps)
        if (const auto value = result.of(by.counter); value && finished(result) && wanted(map))
            maps.push_back({map, *value});
    std::stable_sort(maps.begin(), maps.end(), [&by](const ranked &a, const ranked &b) {
        return by.more_is_better ? a.value.median > b.value.median
                                 : a.value.median < b.value.median;
    });
    return maps;
}

map_filter all_but_floor(const measurements &m) {
    return [&m](std::string_view map) { return family_of(m, map) != family::floor; };
}

} // namespace

criterion criterion_of(const measured_cell &cell) {
    if (cell.name.starts_with("latency/") || cell.name.starts_with("service/"))
        return {"p99.9_ns", false};
    if (!cell.name.starts_with("memory/"))
        return {"ops_per_s", true};
    const bool known = std::any_of(cell.maps.begin(), cell.maps.end(), [](const auto &map) {
        return map.second.of("allocated").has_value();
    });
    return {known ? "allocated" : "resident", false};
}

std::vector<ranked> ranking(const measurements &m, const measured_cell &cell) {
    return ranking_of(cell, all_but_floor(m));
}

ranked best_of(const measurements &m, const measured_cell &cell, std::string_view wanted) {
    if (wanted.empty())
        return best_of(cell, all_but_floor(m));
    return best_of(cell,
                   [&m, wanted](std::string_view map) { return family_of(m, map) == wanted; });
}

ranked best_of(const measured_cell &cell, const map_filter &wanted) {
    auto maps = ranking_of(cell, wanted);
    return maps.empty() ? ranked{} : std::move(maps.front());
}

bool is_rival(const measurements &m, std::string_view map) {
    const auto whose = family_of(m, map);
    return whose != family::ferry && whose != family::floor;
}

std::vector<std::string> families_of(const measurements &m) {
    std::vector<std::string> families;
    for (const auto &map : m.maps)
        if (map.family != family::floor &&
            std::find(families.begin(), families.end(), map.family) == families.end())
            families.push_back(map.family);
    return families;
}

std::string_view family_of(const measurements &m, std::string_view map) {
    for (const auto &label : m.maps)
        if (label.name == map)
            return label.family;
    return {};
}

} // namespace ferry::bench
