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

constexpr int number_width = 10;
constexpr std::array percentiles{"p50_ns", "p99_ns", "p99.9_ns", "p99.99_ns", "max_ns"};

std::string time_text(const outcome &o, const std::string &counter) {
    const auto value = o.of(counter);
    return value ? duration(value->median) : "-";
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
    constexpr double kept_up = 0.99;
    std::vector<std::string> sentences;
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
            const auto where = map + ", " + cell.name + ": ";
            if (late->median > noticeable)
                sentences.push_back(
                    where +
                    "the generator of the load was the bottleneck: one request in a "
                    "hundred left more than " +
                    duration(late->median) + " late, and it ran " + fixed(100 * busy->median, 0) +
                    " % of the time. Ask for a lower --rate.");
            else if (achieved->median < kept_up * asked->median)
                sentences.push_back(where + "the server answered " + fixed(achieved->median, 0) +
                                    " requests a second of the " + fixed(asked->median, 0) +
                                    " that came.");
        }
    }
    return sentences;
}

} // namespace ferry::bench
