// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the real jobs have in common: every map that can does the whole job with every number of
// threads, in rounds in which the maps take turns.

#include "report/job_table.hpp"
#include "runner/recorder.hpp"
#include "runner/team.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace ferry::bench {

struct job_options {
    std::vector<unsigned> threads;
    unsigned rounds;
    bool pinned;
    std::chrono::nanoseconds patience; // with one run
    context about{};                   // for the JSON
};

// A map that can do the job.
struct contender {
    std::string name;
    std::function<job_run(const team &)> run;
};

struct job {
    std::string name;        // of its runs in the JSON: NAME/workers:T/MAP/round:R
    std::string in_words;    // what a map has to do: "count words"
    double expected_seconds; // of one run, a guess
    std::string heading;     // of the table
    std::vector<contender> maps;
};

// Prints the table, by the numbers of threads and then by map, and whether the measurement was
// disturbed; leaves the runs in `json`. Gives the exit code: 0, or 1 if a run was wrong. Throws
// std::runtime_error, with a sentence, if there is no map or the file cannot be written.
int run_job(const job_options &, const job &, const std::filesystem::path &json, std::ostream &out);

} // namespace ferry::bench
