// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which throughputs are measured, in which order.
//
// The scenarios of one block use the map alike, one after the other, so that in each round a map is
// built and filled once for all of them. A round goes through all blocks before the next begins:
// what the machine does for a minute is then in one round of a cell, and not in all.

#include "options/options.hpp"
#include "workloads/workload.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ferry::bench {

struct block {
    element of;
    std::uint32_t n;
    map_use use;
    std::vector<scenario> scenarios;
    std::vector<unsigned> threads;
    unsigned rounds;
};

// `strings`: how many strings there are.
std::vector<block> plan_curves(const options &, std::uint32_t strings);

// "find-hit, find-miss; u64, N = 1000000".
std::string name_of(const block &);

} // namespace ferry::bench
