// SPDX-License-Identifier: BSL-1.0
#pragma once

// Runs a program under `perf record` and tells where its time went.

#include "flame/stacks.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ferry::bench {

// Runs a command (a path and its arguments; no shell) and keeps what was sampled on the processors
// within functions whose shortened name contains `through`. The program needs the debug information
// of -g1 or more to show what was inlined.
//
// Throws std::runtime_error, with a sentence for the user, when perf or addr2line is missing or not
// permitted, when the program fails, or when nothing was sampled there.
folded_stacks take_profile(const std::vector<std::string> &command, std::string_view through);

} // namespace ferry::bench
