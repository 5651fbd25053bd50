// SPDX-License-Identifier: BSL-1.0
#include "report/table.hpp"

#include "maps/family.hpp"
#include "report/ranking.hpp"
#include "report/service_table.hpp"
#include "report/words.hpp"

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace ferry::bench {

namespace {

constexpr int family_width = 24;

// "curves/find-hit/u64/n:1000/uniform/workers:2" without its first part and the last, and the name
// of a job.
std::string heading(const measured_cell &cell) {
    constexpr std::string_view curves = "curves/";
    const auto from = cell.name.starts_with(curves) ? curves.size() : 0;
    return cell.name.substr(from, cell.name.rfind('/') - from);
}

void print_oddities(std::ostream &out, const measured_cell &cell) {
    for (const auto &[map, result] : cell.maps) {
        if (!result.wrong.empty())
            out << "         WRONG: " << map << '\n';
        else if (const auto share = result.of("finished"); share && share->min < 1)
            out << "         did not finish: " << map << " (" << percent_done(share->min) << ")\n";
    }
}

// One line for each number of threads, under a heading for each scenario.
void print_throughput(std::ostream &out, const measurements &m, const measured_cell &cell,
                      std::string &last_heading) {
    auto families = families_of(m);
    std::erase(families, family::servers); // they have no throughput of a map
    if (heading(cell) != last_heading) {
        last_heading = heading(cell);
        out << '\n' << last_heading << ", Mops/s\n" << std::setw(7) << "threads";
        for (const auto &family : families)
            out << "  " << std::left << std::setw(family_width) << family << std::right;
        out << "spread\n";
    }
    const double winning = best_of(m, cell).value.median;
    double spread = 0;
    out << std::setw(7) << cell.threads();
    for (const auto &family : families) {
        const auto best = best_of(m, cell, family);
        std::string text = "-";
        if (!best.map.empty()) {
            text = best.value.median == winning ? "*" : " ";
            text += millions(best.value.median) + ' ' + best.map;
            spread = std::max(spread, (best.value.max - best.value.min) / best.value.median);
        }
        out << "  " << std::left << std::setw(family_width) << text << std::right;
    }
    out << fixed(100 * spread, 0) << " %\n";
    print_oddities(out, cell);
}

std::string nanoseconds(const outcome &o, const std::string &counter) {
    const auto value = o.of(counter);
    return value ? duration(value->median) : "-";
}

std::string per_second(const outcome &o, const std::string &counter) {
    const auto count = o.of(counter);
    const auto seconds = o.of("seconds");
    return count && seconds && seconds->median > 0 ? fixed(count->median / seconds->median, 1)
                                                   : "-";
}

void print_latency(std::ostream &out, const measurements &m, const measured_cell &cell) {
    std::vector<std::string> shown;
    const auto counter_of_winner = criterion_of(cell).counter;
    const double winning = best_of(m, cell).value.median;
    for (const auto &family : families_of(m))
        if (const auto best = best_of(m, cell, family); !best.map.empty())
            shown.push_back(best.map);
    if (const auto floor = best_of(m, cell, family::floor); !floor.map.empty())
        shown.push_back(floor.map);

    out << '\n' << cell.name << '\n' << std::left << std::setw(18) << "  map" << std::right;
    for (const char *column : {"p50", "p99", "p99.9", "p99.99", "max", ">100us/s", ">1ms/s"})
        out << std::setw(11) << column;
    out << '\n';
    for (const auto &map : shown) {
        const auto &o = *cell.find(map);
        const bool wins =
            family_of(m, map) != family::floor && o.of(counter_of_winner)->median == winning;
        out << (wins ? "* " : "  ") << std::left << std::setw(16) << map << std::right;
        for (const char *counter : {"p50_ns", "p99_ns", "p99.9_ns", "p99.99_ns", "max_ns"})
            out << std::setw(11) << nanoseconds(o, counter);
        out << std::setw(11) << per_second(o, "over_100us") << std::setw(11)
            << per_second(o, "over_1ms") << '\n';
    }
    print_oddities(out, cell);
}

void print_memory(std::ostream &out, const measurements &m, const measured_cell &cell) {
    const auto winner = best_of(m, cell).map;
    out << '\n'
        << cell.name << ", bytes an element\n"
        << std::left << std::setw(18) << "  map" << std::right;
    for (const char *column : {"allocated", "resident", "peak", "erased 90%", "shrunk"})
        out << std::setw(12) << column;
    out << '\n';
    for (const auto &[map, result] : cell.maps) {
        const auto elements = result.of("elements");
        if (!elements)
            continue;
        out << (map == winner ? "* " : "  ") << std::left << std::setw(16) << map << std::right;
        for (const char *counter :
             {"allocated", "resident", "resident_peak", "allocated_erased", "allocated_shrunk"}) {
            const auto bytes = result.of(counter);
            out << std::setw(12) << (bytes ? fixed(bytes->median / elements->median, 1) : "-");
        }
        out << '\n';
    }
    print_oddities(out, cell);
}

} // namespace

void print_tables(std::ostream &out, const measurements &m) {
    std::string last_heading;
    for (const auto &cell : m.cells) {
        if (cell.name.starts_with("latency/"))
            print_latency(out, m, cell);
        else if (cell.name.starts_with("memory/"))
            print_memory(out, m, cell);
        else if (cell.name.starts_with("service/"))
            print_service(out, m, cell);
        else
            print_throughput(out, m, cell, last_heading);
    }
    for (const auto &[name, value] : m.context)
        if (name == "time_stamp_ns")
            out << "\nA look at the clock takes " << value
                << " ns; latencies are longer by about as much.\n";
    out << "\nMedians of the rounds. * the best of the row or, in latencies, the lowest p99.9; of "
           "each"
           " family the best\nmap is shown; spread: (max - min) / median where it is widest in the"
           " row.\n";
}

std::vector<std::string> disturbances(const measurements &m) {
    // Some maps have threads of their own, for which their workers wait: the middle one counts.
    constexpr double noticeable = 0.03;
    int known = 0;
    int disturbed = 0;
    for (const auto &cell : m.cells) {
        std::vector<double> shares;
        for (const auto &[map, result] : cell.maps)
            if (const auto waited = result.counters.find("waited"); waited != result.counters.end())
                shares.insert(shares.end(), waited->second.begin(), waited->second.end());
        if (shares.empty())
            continue;
        const auto middle = shares.begin() + static_cast<std::ptrdiff_t>((shares.size() - 1) / 2);
        std::nth_element(shares.begin(), middle, shares.end());
        ++known;
        disturbed += *middle > noticeable;
    }
    if (disturbed == 0)
        return {};
    return {"Disturbed: in " + std::to_string(disturbed) + " of the " + std::to_string(known) +
            " cells with a processor for each thread, threads had to wait for one for more than " +
            fixed(100 * noticeable, 0) +
            " % of the time in most runs. Measure again on a quiet machine."};
}

} // namespace ferry::bench
