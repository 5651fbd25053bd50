// SPDX-License-Identifier: BSL-1.0
#pragma once

// The second real job: a trace of a cache, replayed by several threads on one map of strings.

#include "runner/job.hpp"

#include <filesystem>
#include <iosfwd>

namespace ferry::bench {

// Prints the table on `out` and leaves the runs in `json`. Gives the exit code: 0, or 1 when a map
// answered wrongly. Throws std::runtime_error, with a sentence, when the trace cannot be read or
// there is no map that can.
int replay_trace(const job_options &, const std::filesystem::path &file,
                 const std::filesystem::path &json, std::ostream &out);

} // namespace ferry::bench
