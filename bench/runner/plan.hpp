// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is measured, in which order.
//
// The scenarios of one block use the map alike, and run one after the other on one map that is
// built and filled for the block. The maps take turns within a round, and the rounds of a block
// follow each other, so that whatever the machine does for seconds or minutes hits all maps alike.

#include "options.hpp"
#include "workloads/workload.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace ferry::bench {

struct block {
    key_kind keys;
    std::uint32_t n;
    map_use use;
    std::vector<scenario> scenarios;
};

// `paths`: how many path keys there are.
std::vector<block> make_plan(const options &, std::uint32_t paths);

// "find-hit, find-miss; u64 keys, N = 1000000".
std::string name_of(const block &);

// Before each window, so that neither a map's first touches nor the scenario before are measured.
std::chrono::nanoseconds warm_up(const options &);

// A guess, for "time left".
double expected_seconds(const block &, const options &); // of one run
double expected_fill_seconds(const block &);

} // namespace ferry::bench
