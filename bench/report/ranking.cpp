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

template <class Wanted>
std::vector<ranked> ranking_where(const measurements &m, const measured_cell &cell, Wanted wanted) {
    const auto by = criterion_of(cell);
    std::vector<ranked> maps;
    for (const auto &[map, result] : cell.maps)
        if (const auto value = result.of(by.counter);
            value && finished(result) && wanted(family_of(m, map)))
            maps.push_back({map, *value});
    std::stable_sort(maps.begin(), maps.end(), [&by](const ranked &a, const ranked &b) {
        return by.more_is_better ? a.value.median > b.value.median
                                 : a.value.median < b.value.median;
    });
    return maps;
}

ranked first_of(std::vector<ranked> maps) {
    return maps.empty() ? ranked{} : std::move(maps.front());
}

} // namespace

criterion criterion_of(const measured_cell &cell) {
    if (cell.name.starts_with("latency/"))
        return {"p99.9_ns", false};
    if (!cell.name.starts_with("memory/"))
        return {"ops_per_s", true};
    const bool known = std::any_of(cell.maps.begin(), cell.maps.end(), [](const auto &map) {
        return map.second.of("allocated").has_value();
    });
    return {known ? "allocated" : "resident", false};
}

std::vector<ranked> ranking(const measurements &m, const measured_cell &cell) {
    return ranking_where(m, cell, [](std::string_view whose) { return whose != family::floor; });
}

ranked best_of(const measurements &m, const measured_cell &cell, std::string_view wanted) {
    return first_of(ranking_where(m, cell, [wanted](std::string_view whose) {
        return wanted.empty() ? whose != family::floor : whose == wanted;
    }));
}

ranked best_rival(const measurements &m, const measured_cell &cell) {
    return first_of(ranking_where(m, cell, [](std::string_view whose) {
        return whose != family::floor && whose != family::ferry;
    }));
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
