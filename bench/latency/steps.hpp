// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options/options.hpp"
#include "runner/recorder.hpp"
#include "stage/stage.hpp"

#include <cstdint>
#include <vector>

namespace ferry::bench {

// Histograms of what single operations take: each is also written to `o.out`/latency/ in
// HdrHistogram's text format. The arguments must outlive the steps.
std::vector<step> latency_steps(const options &, std::uint32_t strings, stage &);

// What looking at the clock takes, in nanoseconds: every duration measured is longer by about this.
double time_stamp_cost();

} // namespace ferry::bench
