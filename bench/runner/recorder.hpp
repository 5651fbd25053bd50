// SPDX-License-Identifier: BSL-1.0
#pragma once

// Runs measurements one after the other, each as one iteration of Google Benchmark with manual
// time, says how far it is, and leaves the results in Google Benchmark's JSON format.

#include "runner/series.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ferry::bench {

struct record {
    double seconds = 0;
    std::vector<std::pair<std::string, double>> counters;
    std::string wrong; // empty: every check held
    series in_order{};
};

struct step {
    std::string name;   // in the JSON
    std::string phase;  // what consecutive steps have in common, in words
    std::string detail; // the step within its phase, in words
    double expected;    // seconds, a guess
    std::function<record()> run;
    bool again = false; // a repetition: left out when time has run out
};

// Name and value.
using context = std::vector<std::pair<std::string, std::string>>;

// Repetitions are left out, from the last on, as far as everything would take longer than `budget`.
// Throws std::runtime_error, with a sentence, when the file cannot be written.
void record_steps(const std::vector<step> &, const context &, const std::filesystem::path &json,
                  std::chrono::seconds budget = std::chrono::seconds::max());

} // namespace ferry::bench
