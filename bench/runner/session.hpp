// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"
#include "report/results.hpp"
#include "runner/plan.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ferry::bench {

// Runs the plan under Google Benchmark, which writes `json`.
results run_session(const options &, const std::vector<block> &plan, std::vector<std::string> paths,
                    const std::filesystem::path &json);

} // namespace ferry::bench
