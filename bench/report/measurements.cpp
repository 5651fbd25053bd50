// SPDX-License-Identifier: BSL-1.0
#include "report/measurements.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>

namespace ferry::bench {

namespace {

using json = nlohmann::ordered_json;

// "KIND/.../MAP/round:R/iterations:1/manual_time", split into the cell's name and the map's.
std::optional<std::pair<std::string, std::string>> split(const std::string &run) {
    const auto round = run.rfind("/round:");
    if (round == std::string::npos || round == 0)
        return std::nullopt;
    const auto map = run.rfind('/', round - 1);
    if (map == std::string::npos)
        return std::nullopt;
    return std::pair(run.substr(0, map), run.substr(map + 1, round - map - 1));
}

measured_cell &cell_of(measurements &m, std::map<std::string, std::size_t> &places,
                       const std::string &name) {
    const auto [it, is_new] = places.try_emplace(name, m.cells.size());
    if (is_new)
        m.cells.push_back({name, {}});
    return m.cells[it->second];
}

// Into the order that the context gives, as names in a list.
void sort_by_catalogue(measurements &m) {
    const auto given = std::find_if(m.context.begin(), m.context.end(),
                                    [](const auto &line) { return line.first == "maps"; });
    if (given == m.context.end())
        return;
    const auto order = ", " + given->second + ',';
    std::stable_sort(m.maps.begin(), m.maps.end(), [&](const map_label &a, const map_label &b) {
        return order.find(", " + a.name + ',') < order.find(", " + b.name + ',');
    });
}

void add_run(outcome &to, const json &run) {
    if (run.value("error_occurred", false)) {
        if (to.wrong.empty())
            to.wrong = run.value("error_message", std::string("WRONG"));
        return;
    }
    // Google Benchmark's own numbers say nothing here: one iteration, of our own time.
    static const std::vector<std::string> others{"family_index", "per_family_instance_index",
                                                 "repetitions",  "repetition_index",
                                                 "threads",      "iterations",
                                                 "real_time",    "cpu_time"};
    for (const auto &[name, value] : run.items())
        if (value.is_number() && std::find(others.begin(), others.end(), name) == others.end())
            to.counters[name].push_back(value.get<double>());
        else if (value.is_array())
            to.series[name].push_back(value.get<std::vector<double>>());
}

} // namespace

std::optional<summary> outcome::of(const std::string &counter) const {
    const auto it = counters.find(counter);
    if (it == counters.end() || it->second.empty() || !wrong.empty())
        return std::nullopt;
    return summarize(it->second);
}

const outcome *measured_cell::find(std::string_view map) const {
    const auto it =
        std::find_if(maps.begin(), maps.end(), [&](const auto &m) { return m.first == map; });
    return it == maps.end() ? nullptr : &it->second;
}

outcome &measured_cell::at(const std::string &map) {
    for (auto &[known, result] : maps)
        if (known == map)
            return result;
    return maps.emplace_back(map, outcome{}).second;
}

unsigned measured_cell::threads() const {
    constexpr std::string_view before = "/workers:";
    const auto at = name.rfind(before);
    unsigned count = 0;
    if (at != std::string::npos)
        std::from_chars(name.data() + at + before.size(), name.data() + name.size(), count);
    return count;
}

std::vector<std::string> measurements::faults() const {
    std::vector<std::string> sentences;
    for (const auto &cell : cells)
        for (const auto &[map, result] : cell.maps)
            if (!result.wrong.empty())
                sentences.push_back(map + ", " + cell.name + ": " + result.wrong);
    return sentences;
}

measurements read_measurements(const std::filesystem::path &file) {
    std::ifstream in(file);
    if (!in)
        throw std::runtime_error("the file '" + file.string() + "' cannot be read");
    try {
        const auto document = json::parse(in);
        measurements m;
        for (const auto &[name, value] : document.at("context").get_ref<const json::object_t &>()) {
            if (!value.is_string())
                continue;
            const auto text = value.get<std::string>();
            if (!name.starts_with("map:")) {
                m.context.emplace_back(name, text);
                continue;
            }
            const auto bar = text.find(" | ");
            m.maps.push_back({name.substr(4), text.substr(0, bar),
                              bar == std::string::npos ? std::string() : text.substr(bar + 3)});
        }
        sort_by_catalogue(m);
        std::map<std::string, std::size_t> places;
        for (const auto &run : document.at("benchmarks"))
            if (const auto names = split(run.at("name").get<std::string>()))
                add_run(cell_of(m, places, names->first).at(names->second), run);
        return m;
    } catch (const json::exception &) {
        throw std::runtime_error("the file '" + file.string() +
                                 "' is no results.json of ferry-bench");
    }
}

} // namespace ferry::bench
