// SPDX-License-Identifier: BSL-1.0
#include "report/csv.hpp"

#include "report/words.hpp"

#include <ostream>
#include <string>

namespace ferry::bench {

namespace {

void write_windows(std::ostream &out, const std::string &cell, const std::string &map,
                   const outcome &result) {
    constexpr double windows_a_second = 10;
    const auto requests = result.series.find("window_requests");
    const auto longest = result.series.find("window_max_ns");
    const auto p999 = result.series.find("window_p99.9_ns");
    const auto end = result.series.end();
    if (requests == end || longest == end || p999 == end)
        return;
    for (std::size_t round = 0; round < requests->second.size(); ++round)
        for (std::size_t i = 0; i < requests->second[round].size(); ++i)
            out << cell << ',' << map << ',' << round << ','
                << static_cast<double>(i) / windows_a_second << ',' << requests->second[round][i]
                << ',' << fixed(longest->second.at(round).at(i), 0) << ','
                << fixed(p999->second.at(round).at(i), 0) << '\n';
}

} // namespace

void write_csv(std::ostream &out, const measurements &m) {
    // Names hold neither commas nor quotes.
    out << "cell,map,counter,median,min,max,rounds\n";
    for (const auto &cell : m.cells)
        for (const auto &[map, result] : cell.maps) {
            if (!result.wrong.empty()) {
                out << cell.name << ',' << map << ",wrong,,,,\n";
                continue;
            }
            for (const auto &[counter, values] : result.counters) {
                const auto sum = *result.of(counter);
                out << cell.name << ',' << map << ',' << counter << ',' << sum.median << ','
                    << sum.min << ',' << sum.max << ',' << values.size() << '\n';
            }
        }
}

bool write_windows_csv(std::ostream &out, const measurements &m) {
    bool any = false;
    for (const auto &cell : m.cells)
        for (const auto &[map, result] : cell.maps) {
            if (result.series.empty())
                continue;
            if (!any)
                out << "cell,map,round,second,requests,max_ns,p99.9_ns\n";
            any = true;
            write_windows(out, cell.name, map, result);
        }
    return any;
}

} // namespace ferry::bench
