// SPDX-License-Identifier: BSL-1.0
#pragma once

// Every chosen map, with every chosen workload and number of cores.

#include "subjects/catalogue.hpp"

#include <string>
#include <vector>

namespace ferry::sharing {

struct plan {
    std::vector<const bench::map_entry *> maps;
    std::vector<workload> workloads;
    std::vector<unsigned> cores;
    order usual; // the rest of each order
};

struct cell {
    std::string map;
    order what;
    outcome made;

    double operations_a_kilocycle() const {
        return made.counted.cycles == 0 ? 0
                                        : 1000.0 * static_cast<double>(made.counted.operations) /
                                              static_cast<double>(made.counted.cycles);
    }
};

// By map and number of cores. Leaves out the maps that cannot do it.
std::vector<cell> run_cells(const plan &, workload);

} // namespace ferry::sharing
