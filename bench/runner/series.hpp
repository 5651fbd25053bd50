// SPDX-License-Identifier: BSL-1.0
#pragma once

// Google Benchmark knows single numbers only. Numbers in an order, such as those of each tenth of a
// second, are put into its JSON file afterwards, as arrays beside the numbers of the same run.

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ferry::bench {

// Name and numbers.
using series = std::vector<std::pair<std::string, std::vector<double>>>;

// By the names of the steps. Throws std::runtime_error, with a sentence, when the file cannot be
// read or written.
void add_series(const std::filesystem::path &json, const std::map<std::string, series> &);

} // namespace ferry::bench
