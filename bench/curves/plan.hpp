// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which throughputs are measured, in which order.
//
// The scenarios of one block use the map alike, and run one after the other on one map that is
// built and filled for the block. The maps take turns within a round, and the rounds of a block
// follow each other, so that whatever the machine does for seconds or minutes hits all maps alike.

#include "options.hpp"
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
