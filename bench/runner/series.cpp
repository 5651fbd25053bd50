// SPDX-License-Identifier: BSL-1.0
#include "runner/series.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace ferry::bench {

namespace {

// The step of a line such as `      "name": "STEP/iterations:1/manual_time",`; empty for others.
std::string step_on(std::string_view line) {
    constexpr std::string_view before = "\"name\": \"";
    const auto begin = line.find(before);
    const auto end = line.find("/iterations:");
    if (begin == std::string_view::npos || end == std::string_view::npos)
        return {};
    return std::string(line.substr(begin + before.size(), end - begin - before.size()));
}

} // namespace

void add_series(const std::filesystem::path &json, const std::map<std::string, series> &all) {
    if (all.empty())
        return;
    std::ifstream in(json);
    std::ostringstream text;
    for (std::string line; std::getline(in, line);) {
        text << line << '\n';
        if (const auto of = all.find(step_on(line)); of != all.end())
            for (const auto &[name, numbers] : of->second)
                text << "      " << nlohmann::json(name) << ": " << nlohmann::json(numbers)
                     << ",\n";
    }
    in.close();
    std::ofstream out(json);
    out << std::move(text).str();
    if (!out.flush())
        throw std::runtime_error("the file '" + json.string() + "' cannot be written");
}

} // namespace ferry::bench
