// SPDX-License-Identifier: BSL-1.0
#include "report/compare.hpp"

#include "maps/family.hpp"
#include "report/ranking.hpp"
#include "report/words.hpp"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace ferry::bench {

namespace {

const measured_cell *cell_named(const measurements &m, const std::string &name) {
    const auto it = std::find_if(m.cells.begin(), m.cells.end(),
                                 [&](const auto &cell) { return cell.name == name; });
    return it == m.cells.end() ? nullptr : &*it;
}

bool overlap(const summary &a, const summary &b) { return a.min <= b.max && b.min <= a.max; }

// How far the rounds can have pulled the ratio: the least and the most of one over the other.
std::string range(const summary &before, const summary &after) {
    return fixed(after.min / before.max, 2) + " to " + fixed(after.max / before.min, 2);
}

// The winner's lead over the second, as a ratio above 1; 0 where there is no second.
double lead(const measurements &m, const measured_cell &cell) {
    const auto maps = ranking(m, cell);
    if (maps.size() < 2)
        return 0;
    const double first = maps[0].value.median;
    const double second = maps[1].value.median;
    return criterion_of(cell).more_is_better ? first / second : second / first;
}

// Whether two sessions name the same winners where there is a clear one.
class agreement {
public:
    void add(const measurements &before, const measured_cell &a, const measurements &after,
             const measured_cell &b) {
        constexpr double clear = 1.2;
        const double first = lead(before, a);
        const double second = lead(after, b);
        if (first == 0 || second == 0 || std::max(first, second) <= clear)
            return;
        const auto then = best_of(before, a).map;
        const auto now = best_of(after, b).map;
        in_one_.add(then == now);
        if (std::min(first, second) > clear)
            in_both_.add(then == now);
        if (then != now)
            quarrels_.push_back(a.name + ": " + then + " (" + fixed(first, 2) + "), " + now + " (" +
                                fixed(second, 2) + ')');
    }

    void print(std::ostream &out) const {
        if (in_one_.all == 0)
            return;
        out << "Both agree on the winner in " << in_one_.in_words()
            << " in which it leads by more than 20 % in one of the\ntwo";
        if (in_both_.all != 0)
            out << ", and in " << in_both_.in_words() << " in which it does in both";
        out << ".\n";
        for (const auto &quarrel : quarrels_)
            out << "  " << quarrel << '\n';
    }

private:
    struct share {
        int yes = 0;
        int all = 0;

        void add(bool agreed) {
            yes += agreed;
            ++all;
        }
        std::string in_words() const {
            return std::to_string(yes) + " of the " + std::to_string(all) + " cells (" +
                   fixed(100.0 * yes / all, 1) + " %)";
        }
    };

    share in_one_;
    share in_both_;
    std::vector<std::string> quarrels_; // winner and its lead, in one and in the other
};

std::ostream &begin_row(std::ostream &out, const std::string &cell, const std::string &map) {
    return out << std::left << std::setw(66) << cell << std::setw(16) << map << std::right;
}

void print_row(std::ostream &out, const std::string &cell, const std::string &map,
               const summary &then, const summary &now) {
    begin_row(out, cell, map) << std::setw(8) << fixed(now.median / then.median, 2) << std::setw(18)
                              << range(then, now) << (overlap(then, now) ? "" : "  !") << '\n';
}

void print_missing(std::ostream &out, const measurements &in, const measurements &other,
                   const char *which) {
    for (const auto &cell : in.cells)
        if (cell_named(other, cell.name) == nullptr)
            begin_row(out, cell.name, "") << "  only in the " << which << '\n';
}

// The maps of one cell: those that can be compared, and what became of the others.
void compare_cell(std::ostream &out, const measurements &before, const measured_cell &a,
                  const measured_cell &b, geometric_mean &mean) {
    const auto by = criterion_of(a);
    for (const auto &[map, result] : a.maps) {
        const auto *other = b.find(map);
        if (other == nullptr)
            continue;
        if (!result.wrong.empty() || !other->wrong.empty()) {
            begin_row(out, a.name, map)
                << "  wrong in the " << (other->wrong.empty() ? "first" : "second") << '\n';
            continue;
        }
        const auto then = result.of(by.counter);
        const auto now = other->of(by.counter);
        if (!then || !now || then->median <= 0 || now->median <= 0)
            continue;
        print_row(out, a.name, map, *then, *now);
        if (by.more_is_better && family_of(before, map) != family::floor)
            mean.add(now->median / then->median);
    }
}

} // namespace

void compare(std::ostream &out, const measurements &before, const measurements &after) {
    agreement winners;
    geometric_mean mean;
    bool anything = false;
    begin_row(out, "cell", "map") << std::setw(8) << "ratio" << std::setw(18) << "range" << '\n';
    for (const auto &a : before.cells)
        if (const auto *b = cell_named(after, a.name); b != nullptr) {
            anything = true;
            winners.add(before, a, after, *b);
            compare_cell(out, before, a, *b, mean);
        }
    if (!anything)
        throw std::runtime_error("the two sessions have no cell in common");
    print_missing(out, before, after, "first");
    print_missing(out, after, before, "second");
    out << "\nratio: the second session's median over the first's (throughput: operations a "
           "second; "
           "latency: p99.9;\nmemory: bytes). range: what its rounds allow. !: the rounds of the "
           "two do "
           "not overlap.\n";
    if (mean.count() != 0)
        out << "Throughputs: " << fixed(mean.value(), 3) << " in the geometric mean of "
            << mean.count() << ".\n";
    winners.print(out);
}

} // namespace ferry::bench
