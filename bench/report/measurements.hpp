// SPDX-License-Identifier: BSL-1.0
#pragma once

// The numbers of a session, as its JSON file has them: tables, CSV, the comparison of two files and
// the page are all made from that file.

#include "report/statistics.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ferry::bench {

// One map in one cell.
struct outcome {
    std::map<std::string, std::vector<double>> counters; // a value for each round
    // Numbers in an order, for each round.
    std::map<std::string, std::vector<std::vector<double>>> series{};
    std::string wrong{}; // of the first wrong round

    // Empty: not measured, or a round was wrong.
    std::optional<summary> of(const std::string &counter) const;
};

// One combination of all but the map, such as "curves/find-hit/u64/n:1000/uniform/workers:2".
struct measured_cell {
    std::string name;
    std::vector<std::pair<std::string, outcome>> maps; // in the order in which they were measured

    const outcome *find(std::string_view map) const;
    outcome &at(const std::string &map);

    // How many worked on the map; 0 if the name does not say.
    unsigned threads() const;
};

struct map_label {
    std::string name;
    std::string family;
    std::string note;
};

struct measurements {
    std::vector<std::pair<std::string, std::string>> context;
    std::vector<map_label> maps;
    std::vector<measured_cell> cells;

    // One sentence for each map that was wrong in a cell.
    std::vector<std::string> faults() const;
};

// Throws std::runtime_error with a sentence if the file cannot be read or is none of ferry-bench's.
measurements read_measurements(const std::filesystem::path &json);

} // namespace ferry::bench
