// SPDX-License-Identifier: BSL-1.0
#include "report/verdict.hpp"

#include "maps/family.hpp"
#include "report/ranking.hpp"
#include "report/standing.hpp"
#include "report/words.hpp"

#include <algorithm>
#include <iomanip>
#include <iterator>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ferry::bench {

namespace {

constexpr int title_width = 28;
constexpr int column_width = 20;

// A part of ferry that is compared with rivals.
struct side {
    std::string name;
    std::string title;
    std::vector<comparison> cells;
};

// Without an engine that was not measured. With one engine alone there is no better one.
std::vector<side> sides_of(const measurements &m) {
    std::vector<side> sides{
        {"nodes", "nodes, concurrent_map", comparisons(m, engine::nodes)},
        {"flat", "flat, concurrent_flat_map", comparisons(m, engine::flat)},
    };
    std::erase_if(sides, [](const side &s) { return s.cells.empty(); });
    if (sides.size() > 1)
        sides.insert(sides.begin(), {"the better engine", "better engine of each", comparisons(m)});
    return sides;
}

std::string in_words(const standing &s) {
    if (s.cells == 0)
        return "-";
    return (s.ratios.count() != 0 ? fixed(s.ratios.value(), 2) : std::string("lost")) + ", " +
           std::to_string(s.first) + " of " + std::to_string(s.cells);
}

std::string threads_in_words(unsigned threads) {
    return std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

// A column for each number of threads, and one for all if there are several.
void print_standings(std::ostream &out, const std::vector<side> &sides) {
    std::set<unsigned> numbers;
    for (const auto &side : sides)
        for (const auto &one : side.cells)
            numbers.insert(one.cell->threads());
    out << '\n' << std::setw(title_width) << "";
    for (const auto threads : numbers)
        out << std::setw(column_width) << threads_in_words(threads);
    const bool has_all = numbers.size() > 1;
    if (has_all)
        out << std::setw(column_width) << "all";
    out << '\n';
    for (const auto &side : sides) {
        out << std::left << std::setw(title_width) << side.title << std::right;
        for (const auto threads : numbers) {
            std::vector<comparison> some;
            std::copy_if(
                side.cells.begin(), side.cells.end(), std::back_inserter(some),
                [threads](const comparison &one) { return one.cell->threads() == threads; });
            out << std::setw(column_width) << in_words(standing_of(some));
        }
        if (has_all)
            out << std::setw(column_width) << in_words(standing_of(side.cells));
        out << '\n';
    }
}

void print_families(std::ostream &out, const measurements &m) {
    std::string list;
    for (const auto &family : families_of(m)) {
        if (family == family::ferry)
            continue;
        if (const auto s = standing_of(comparisons_with(m, family)); s.ratios.count() != 0)
            list += (list.empty() ? "" : "; ") + family + ' ' + fixed(s.ratios.value(), 2);
    }
    if (!list.empty())
        out << "Over the best map of each family: " << list << ".\n";
}

// The worst first.
void print_cells_behind(std::ostream &out, const side &s) {
    constexpr std::size_t most_shown = 20;
    std::vector<comparison> behind;
    std::copy_if(s.cells.begin(), s.cells.end(), std::back_inserter(behind),
                 [](const comparison &one) { return !one.is_first(); });
    const auto rank = [](const comparison &one) { return one.has_failed() ? 0 : one.ratio(); };
    std::stable_sort(
        behind.begin(), behind.end(),
        [rank](const comparison &a, const comparison &b) { return rank(a) < rank(b); });
    if (behind.empty()) {
        out << s.name << ": first in every cell.\n";
        return;
    }
    out << s.name << ": not first in " << behind.size() << " of " << s.cells.size() << " cells"
        << (behind.size() > most_shown ? ", most in:" : ":") << '\n';
    for (std::size_t i = 0; i < std::min(behind.size(), most_shown); ++i) {
        const auto &one = behind[i];
        out << "  " << (one.has_failed() ? "lost" : fixed(one.ratio(), 2)) << "  " << one.cell->name
            << ": " << one.rival.map;
        if (!one.has_failed())
            out << " before " << one.own.map;
        out << '\n';
    }
}

} // namespace

void print_verdict(std::ostream &out, const measurements &m) {
    const auto sides = sides_of(m);
    if (sides.empty())
        return;
    out << "\nThroughput of ferry over that of the best rival in the same cell: the geometric mean,"
           " and in how many\ncells ferry is first. lost: ferry was wrong or did not finish.\n";
    print_standings(out, sides);
    print_families(out, m);
    out << "\nWhich engine is for what: flat for keys and values that are trivially copyable and at"
           " most 8 bytes each;\nnodes for all others, for stable addresses, and for values that "
           "are read in place.\n\n";
    for (const auto &side : sides)
        print_cells_behind(out, side);
}

} // namespace ferry::bench
