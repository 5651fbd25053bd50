// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"
#include "report/results.hpp"

#include <cstddef>
#include <filesystem>

namespace ferry::bench {

struct drawn_curves {
    std::size_t count;     // of scenarios
    bool gnuplot_answered; // false: the data and the script are there, the pictures are not
};

// In `folder`, for each scenario, a data file and a curve of throughput over threads, drawn from it
// by the gnuplot script that is left beside them.
drawn_curves draw_curves(const options &, const results &, const std::filesystem::path &folder);

} // namespace ferry::bench
