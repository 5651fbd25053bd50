// SPDX-License-Identifier: BSL-1.0
#include "report/verdict.hpp"

#include "maps/family.hpp"
#include "report/ranking.hpp"
#include "report/words.hpp"

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace ferry::bench {

namespace {

struct defeat {
    double ratio; // 0: ferry was wrong or did not finish
    std::string cell;
    std::string winner;
};

bool has_ferry(const measurements &m, const measured_cell &cell) {
    return std::any_of(cell.maps.begin(), cell.maps.end(),
                       [&m](const auto &map) { return family_of(m, map.first) == family::ferry; });
}

using family_means = std::vector<std::pair<std::string, geometric_mean>>;

void print_means(std::ostream &out, const geometric_mean &against_all, const family_means &means) {
    out << "\nThroughput of ferry over the best of the others in the same cell, geometric mean: "
        << fixed(against_all.value(), 2) << " of " << against_all.count() << " cells";
    for (const auto &[family, mean] : means)
        if (mean.count() != 0)
            out << "; " << family << ' ' << fixed(mean.value(), 2);
    out << ".\n";
}

// The worst first.
void print_defeats(std::ostream &out, std::vector<defeat> defeats) {
    constexpr std::size_t most_shown = 20;
    std::sort(defeats.begin(), defeats.end(),
              [](const defeat &a, const defeat &b) { return a.ratio < b.ratio; });
    out << "ferry is behind in " << defeats.size() << " cells"
        << (defeats.size() > most_shown ? ", most in:" : ":") << '\n';
    for (std::size_t i = 0; i < std::min(defeats.size(), most_shown); ++i)
        out << "  " << (defeats[i].ratio > 0 ? fixed(defeats[i].ratio, 2) : "lost") << "  "
            << defeats[i].cell << ": " << defeats[i].winner << '\n';
}

} // namespace

void print_verdict(std::ostream &out, const measurements &m) {
    family_means means;
    for (const auto &family : families_of(m))
        if (family != family::ferry)
            means.emplace_back(family, geometric_mean{});
    geometric_mean against_all;
    std::vector<defeat> defeats;
    for (const auto &cell : m.cells) {
        if (!criterion_of(cell).more_is_better)
            continue;
        const double own = best_of(m, cell, family::ferry).value.median;
        const auto ratio_to = [own](const ranked &rival) {
            return own > 0 && !rival.map.empty() && rival.value.median > 0
                       ? own / rival.value.median
                       : 0;
        };
        for (auto &[family, mean] : means)
            if (const double ratio = ratio_to(best_of(m, cell, family)); ratio > 0)
                mean.add(ratio);
        const auto rival = best_rival(m, cell);
        if (own == 0 && !rival.map.empty() && has_ferry(m, cell))
            defeats.push_back({0, cell.name, rival.map});
        if (const double ratio = ratio_to(rival); ratio > 0) {
            against_all.add(ratio);
            if (ratio < 1)
                defeats.push_back({ratio, cell.name, rival.map});
        }
    }
    if (against_all.count() != 0)
        print_means(out, against_all, means);
    if (!defeats.empty())
        print_defeats(out, std::move(defeats));
    else if (against_all.count() != 0)
        out << "ferry is ahead in every cell.\n";
}

} // namespace ferry::bench
