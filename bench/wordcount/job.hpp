// SPDX-License-Identifier: BSL-1.0
#pragma once

// The first real job: all words below a folder, counted by several threads in one map.

#include "runner/job.hpp"
#include "wordcount/counter.hpp"

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace ferry::bench {

// A map that can count words.
struct counting_contender {
    std::string name;
    counter_factory make;
};

// Prints the table on `out` and leaves the runs in `json`. Gives the exit code: 0, or 1 when a map
// counted wrongly. Throws std::runtime_error, with a sentence, when there is nothing to count or no
// map.
int count_words(const std::vector<counting_contender> &, const job_options &,
                const std::filesystem::path &folder, const std::filesystem::path &json,
                std::ostream &out);

} // namespace ferry::bench
