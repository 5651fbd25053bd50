// SPDX-License-Identifier: BSL-1.0
#include "report/service_table.hpp"

#include "report/ranking.hpp"
#include "report/words.hpp"

#include <algorithm>
#include <array>
#include <iomanip>
#include <optional>
#include <ostream>

namespace ferry::bench {

namespace {

constexpr int number_width = 11;
constexpr std::array percentiles{"p50_ns", "p99_ns", "p99.9_ns", "p99.99_ns", "max_ns"};

std::string time_text(const outcome &o, const std::string &counter) {
    const auto value = o.of(counter);
    return value ? duration(value->median) : "-";
}

// The second part of a cell's name.
std::string scenario_of(const measured_cell &cell) {
    const auto begin = cell.name.find('/') + 1;
    return cell.name.substr(begin, cell.name.find('/', begin) - begin);
}

void print_row(std::ostream &out, const std::string &map, const outcome &o, bool wins) {
    out << (wins ? "* " : "  ") << std::left << std::setw(12) << map << std::right;
    if (!o.wrong.empty()) {
        out << "  WRONG: " << o.wrong << '\n';
        return;
    }
    for (const char *counter : percentiles)
        out << std::setw(number_width) << time_text(o, counter);
    const auto achieved = o.of("achieved_per_s");
    const auto hits = o.of("hit_rate");
    const auto depth = o.of("deepest_pipeline");
    out << std::setw(number_width) << (achieved ? fixed(achieved->median, 0) : "-")
        << std::setw(number_width) << (hits ? fixed(100 * hits->median, 1) + " %" : "-")
        << std::setw(number_width) << (depth ? fixed(depth->median, 0) : "-")
        << std::setw(number_width) << time_text(o, "late_p99_ns") << std::setw(number_width)
        << time_text(o, "late_max_ns") << '\n';
}

} // namespace

void print_service(std::ostream &out, const measurements &m, const measured_cell &cell) {
    const auto winner = best_of(m, cell).map;
    out << '\n' << cell.name << '\n' << std::left << std::setw(14) << "  map" << std::right;
    for (const char *column : {"p50", "p99", "p99.9", "p99.99", "longest", "achieved/s", "hits",
                               "pipeline", "late p99", "latest"})
        out << std::setw(number_width) << column;
    out << '\n';
    for (const auto &[map, result] : cell.maps)
        print_row(out, map, result, map == winner);
}

std::vector<std::string> slow_generators(const measurements &m) {
    constexpr double noticeable = 1e6; // nanoseconds
    constexpr double kept_up = 0.95;
    std::string late_ones;
    std::string behind_ones;
    for (const auto &cell : m.cells) {
        if (!cell.name.starts_with("service/"))
            continue;
        for (const auto &[map, result] : cell.maps) {
            const auto late = result.of("late_p99_ns");
            const auto busy = result.of("generator_busy");
            const auto asked = result.of("asked_per_s");
            const auto achieved = result.of("achieved_per_s");
            if (!late || !busy || !asked || !achieved)
                continue;
            const auto where = map + " in " + scenario_of(cell);
            if (late->median > noticeable)
                late_ones += (late_ones.empty() ? "" : ", ") + where + " (" +
                             duration(late->median) + ", running " + fixed(100 * busy->median, 0) +
                             " % of the time)";
            else if (achieved->median < kept_up * asked->median)
                behind_ones += (behind_ones.empty() ? "" : ", ") + where + " (" +
                               fixed(achieved->median, 0) + " of " + fixed(asked->median, 0) + ')';
        }
    }
    std::vector<std::string> sentences;
    if (!late_ones.empty())
        sentences.push_back("The generator of the load was the bottleneck, and not the server: one "
                            "request in a hundred left more than 1 ms late, by itself or for want "
                            "of a processor. Ask for a lower --rate. By how much, and how busy it "
                            "was: " +
                            late_ones + '.');
    if (!behind_ones.empty())
        sentences.push_back(
            "Servers that answered fewer requests a second than came: " + behind_ones + '.');
    return sentences;
}

} // namespace ferry::bench
