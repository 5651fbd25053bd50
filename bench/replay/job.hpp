// SPDX-License-Identifier: BSL-1.0
#pragma once

// The second real job: a trace of a cache, replayed by several threads on one map of strings.

#include "replay/player.hpp"
#include "runner/job.hpp"

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace ferry::bench {

// A map that a trace can be replayed on.
struct replaying_contender {
    std::string name;
    player_factory make;
};

// Prints the table on `out` and leaves the runs in `json`. Gives the exit code: 0, or 1 when a map
// answered wrongly. Throws std::runtime_error, with a sentence, when the trace cannot be read or
// there is no map.
int replay_trace(const std::vector<replaying_contender> &, const job_options &,
                 const std::filesystem::path &file, const std::filesystem::path &json,
                 std::ostream &out);

} // namespace ferry::bench
