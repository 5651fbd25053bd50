// SPDX-License-Identifier: BSL-1.0
#pragma once

// The cache lines that cores pass to each other, counted by test/sharing on a simulated machine of
// up to 64 cores. No time is measured, so what this machine is and does has no influence.

#include "runner/recorder.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ferry::bench {

struct sharing_options {
    std::vector<std::string> maps; // empty: all that the instrument has
    context about{};               // for the JSON
};

// Runs ferry-sharing, which prints its tables. Gives the exit code: 0, or 1 if a map gave wrong
// answers. Throws std::runtime_error, with a sentence, if the instrument is missing or fails.
int count_shared_lines(const sharing_options &, const std::filesystem::path &json);

} // namespace ferry::bench
