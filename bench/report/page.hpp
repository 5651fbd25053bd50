// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ferry::bench {

// Writes report.html from results.json: one file that needs nothing else and no network. `remarks`
// are sentences about this run for the reader, such as wrong runs. Throws std::runtime_error with
// one sentence when a file cannot be read or written.
void write_page(const std::filesystem::path &results_json, const std::vector<std::string> &remarks,
                const std::filesystem::path &report_html);

} // namespace ferry::bench
