// SPDX-License-Identifier: BSL-1.0
#include "report/cells.hpp"

#include "subjects/isolated.hpp"

#include <deque>

#include <sched.h>

namespace ferry::sharing {

namespace {

std::size_t processors() {
    cpu_set_t ours;
    return sched_getaffinity(0, sizeof ours, &ours) == 0
               ? static_cast<std::size_t>(CPU_COUNT(&ours))
               : 1;
}

} // namespace

std::vector<cell> run_cells(const plan &chosen, workload what) {
    std::vector<cell> cells;
    std::deque<isolated_run> under_way; // of the last cells
    const auto finish_one = [&] {
        cells[cells.size() - under_way.size()].made = under_way.front().finish();
        under_way.pop_front();
    };
    for (const auto *map : chosen.maps) {
        if (!map->takes_part(what))
            continue;
        for (const unsigned cores : chosen.cores) {
            order each = chosen.usual;
            each.what = what;
            each.cores = cores;
            if (under_way.size() == processors())
                finish_one();
            cells.push_back({map->name, each, {}});
            under_way.emplace_back(*map, each);
        }
    }
    while (!under_way.empty())
        finish_one();
    return cells;
}

} // namespace ferry::sharing
