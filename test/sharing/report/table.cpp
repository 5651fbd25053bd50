// SPDX-License-Identifier: BSL-1.0
#include "report/table.hpp"

#include "machine/costs.hpp"
#include "report/symbols.hpp"

#include <algorithm>
#include <cstdio>
#include <ostream>

namespace ferry::sharing {

namespace {

template <class... Values>
std::string format(const char *how, Values... values) {
    char text[160];
    std::snprintf(text, sizeof text, how, values...);
    return text;
}

const cell *find(const std::vector<cell> &cells, workload what, const std::string &map,
                 unsigned cores) {
    for (const cell &each : cells)
        if (each.what.what == what && each.map == map && each.what.cores == cores)
            return &each;
    return nullptr;
}

struct figure {
    const char *heading;
    const char *format;
    double (*of)(const cell &, const cell &first);
};

constexpr figure figures[] = {
    {"remote misses an operation", "%9.3f",
     [](const cell &c, const cell &) {
         return c.made.counted.an_operation(c.made.counted.remote_misses);
     }},
    {"remote writes an operation", "%9.3f",
     [](const cell &c, const cell &) {
         return c.made.counted.an_operation(c.made.counted.remote_writes);
     }},
    {"invalidations an operation", "%9.2f",
     [](const cell &c, const cell &) {
         return c.made.counted.an_operation(c.made.counted.invalidations);
     }},
    {"speed, as a multiple of the first column", "%9.2f",
     [](const cell &c, const cell &first) {
         return c.operations_a_kilocycle() / first.operations_a_kilocycle();
     }},
};

void print_figure(std::ostream &out, const plan &chosen, const std::vector<cell> &cells,
                  workload what, const figure &each) {
    out << "  " << format("%-42s", each.heading);
    for (const unsigned cores : chosen.cores)
        out << format("%9u", cores);
    out << '\n';
    for (const auto *map : chosen.maps) {
        const cell *first = find(cells, what, map->name, chosen.cores.front());
        if (first == nullptr)
            continue;
        out << format("    %-40s", map->name.c_str());
        for (const unsigned cores : chosen.cores)
            out << format(each.format, each.of(*find(cells, what, map->name, cores), *first));
        out << '\n';
    }
}

std::string where(const hot_line &line) {
    if (line.is_map_object)
        return "map object +" + std::to_string(line.address - line.within.begin);
    if (line.is_in_block) {
        const auto offset = static_cast<long>(line.address) - static_cast<long>(line.within.begin);
        return format("block of %zu bytes %+ld", line.within.bytes, offset) + ", asked for by " +
               function_at(line.within.asked_by);
    }
    return variable_at(line.address);
}

} // namespace

std::string_view name_of(part which) {
    switch (which) {
    case part::contents:
        return "contents";
    case part::entry:
        return "entry";
    case part::counts:
        return "counts";
    case part::migrations:
        return "migrations";
    case part::epochs:
        return "epochs";
    case part::elsewhere:
        break;
    }
    return "elsewhere";
}

void print_heading(std::ostream &out, const plan &chosen) {
    out << "Cache lines that cores pass to each other, on a simulated machine of " << most_cores
        << " cores.\n"
           "A remote miss finds its line modified by another core. A remote write is to a line of "
           "which\nanother core has a copy, modified or not.\n"
           "Left out: interrupts, the kernel and its locks, distances between sockets, what the "
           "allocator\nand libraries that are not headers access, and misses because a cache is "
           "full.\n"
           "Speeds only compare: a hit takes "
        << costs::hit << " cycle, a line of another core " << costs::from_core << ".\n"
        << chosen.usual.keys << " keys, " << chosen.usual.operations
        << " operations of all cores together, seed " << chosen.usual.seed << ".\n";
}

void print_table(std::ostream &out, const plan &chosen, workload what,
                 const std::vector<cell> &cells) {
    out << '\n' << name_of(what) << ": " << describe(what) << '\n';
    for (const figure &each : figures)
        print_figure(out, chosen, cells, what, each);
    for (const cell &each : cells)
        if (each.made.wrong_answers != 0)
            out << "\nWRONG: " << each.map << ", " << name_of(each.what.what) << ", "
                << each.what.cores << " cores: " << each.made.wrong_answers << " wrong answers\n";
}

void print_hottest(std::ostream &out, const std::vector<cell> &cells, unsigned how_many) {
    unsigned most = 0;
    for (const cell &each : cells)
        most = std::max(most, each.what.cores);
    for (const cell &each : cells) {
        if (each.what.cores != most || each.made.hottest[0].weight() == 0)
            continue;
        const tally &all = each.made.counted;
        out << '\n' << each.map << ", " << name_of(each.what.what) << ", " << most << " cores:\n";
        for (unsigned i = 0; i < part_count; ++i)
            if (const share &there = all.parts[i]; there.remote_misses + there.remote_writes != 0)
                out << format("  %-10s %8.4f misses %8.4f writes an operation\n",
                              std::string(name_of(static_cast<part>(i))).c_str(),
                              all.an_operation(there.remote_misses),
                              all.an_operation(there.remote_writes));
        for (unsigned i = 0; i < std::min(how_many, most_hot_lines); ++i) {
            const hot_line &line = each.made.hottest[i];
            if (line.weight() == 0)
                break;
            out << format("  %8.4f misses %8.4f writes an operation: ",
                          all.an_operation(line.remote_misses),
                          all.an_operation(line.remote_writes))
                << where(line) << "\n      " << code_at(line.code) << '\n';
        }
    }
}

} // namespace ferry::sharing
