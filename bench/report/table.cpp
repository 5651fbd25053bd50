// SPDX-License-Identifier: BSL-1.0
#include "report/table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iomanip>
#include <ostream>

namespace ferry::bench {

namespace {

std::string fixed(double value, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

// Three significant digits are more than the machine can repeat.
std::string mops(double ops_per_second) {
    const double m = ops_per_second / 1e6;
    return fixed(m, m < 10 ? 2 : 1);
}

double best_of(const options &o, const results &r, const scenario &s, unsigned threads,
               std::string_view family) {
    double best = 0;
    for (const auto &map : o.maps)
        if (family.empty() || map.family == family)
            if (const auto sum = r.of(s, threads, map.name))
                best = std::max(best, sum->median);
    return best;
}

// ferry / best libcds map; nothing unless both were measured.
std::optional<double> ratio(const options &o, const results &r, const scenario &s,
                            unsigned threads) {
    const double ferry = best_of(o, r, s, threads, "ferry");
    const double libcds = best_of(o, r, s, threads, "libcds");
    if (ferry == 0 || libcds == 0)
        return std::nullopt;
    return ferry / libcds;
}

void print_row(std::ostream &out, const options &o, const results &r, const scenario &s,
               unsigned threads) {
    const double best = best_of(o, r, s, threads, "");
    double spread = 0;
    out << std::setw(7) << threads;
    for (const auto &map : o.maps) {
        if (!map.takes_part(s))
            continue;
        std::string text = r.is_wrong(s, threads, map.name) ? "WRONG" : "-";
        if (const auto sum = r.of(s, threads, map.name)) {
            text = mops(sum->median);
            if (sum->median == best)
                text.insert(text.begin(), '*');
            spread = std::max(spread, (sum->max - sum->min) / sum->median);
        }
        out << std::setw(static_cast<int>(std::max<std::size_t>(map.name.size(), 6)) + 2) << text;
    }
    out << std::setw(8) << fixed(100 * spread, 0) + " %";
    const auto against = ratio(o, r, s, threads);
    out << std::setw(14) << (against ? fixed(*against, 2) : "-") << '\n';
}

class geometric_mean {
public:
    void add(double value) {
        logs_ += std::log(value);
        ++count_;
    }
    int count() const { return count_; }
    double value() const { return std::exp(logs_ / count_); }

private:
    double logs_ = 0;
    int count_ = 0;
};

} // namespace

void print_tables(std::ostream &out, const options &o, const results &r) {
    for (const auto &s : r.scenarios()) {
        out << '\n'
            << name_of(s.what) << " (" << describe(s.what) << "); " << name_of(s.keys)
            << " keys, N = " << s.n;
        if (s.what != workload::growth)
            out << ", " << name_of(s.choice);
        out << "; Mops/s\n" << std::setw(7) << "threads";
        for (const auto &map : o.maps)
            if (map.takes_part(s))
                out << std::setw(static_cast<int>(std::max<std::size_t>(map.name.size(), 6)) + 2)
                    << map.name;
        out << std::setw(8) << "spread" << std::setw(14) << "ferry/libcds" << '\n';
        for (const auto threads : o.threads)
            print_row(out, o, r, s, threads);
    }

    out << "\nMedians of " << o.rounds
        << " rounds; * the best of a row; spread: (max - min) / median"
        << " where it is widest in the row;\nferry/libcds: ferry over the best of libcds.\n";
    for (const auto &map : o.maps)
        out << "  " << map.name << ": " << map.note << '\n';
#ifdef FERRY_BENCH_LIBCDS_NOTE
    out << "  libcds: " FERRY_BENCH_LIBCDS_NOTE "\n";
#endif
}

void print_verdict(std::ostream &out, const options &o, const results &r) {
    geometric_mean all;
    std::vector<std::string> behind;
    std::string by_threads;
    for (const auto threads : o.threads) {
        geometric_mean mean;
        for (const auto &s : r.scenarios())
            if (const auto against = ratio(o, r, s, threads)) {
                mean.add(*against);
                all.add(*against);
                if (*against < 1)
                    behind.push_back(fixed(*against, 2) + "  " + name_of(s) + ", " +
                                     threads_in_words(threads));
            }
        if (mean.count() != 0)
            by_threads += "  " + threads_in_words(threads) + ": " + fixed(mean.value(), 2);
    }
    if (!r.wrong_runs().empty())
        out << "\nCells with a wrong run are left out of the comparison.\n";
    if (all.count() == 0)
        return;
    out << "\nferry over the best libcds map of the same cell: " << fixed(all.value(), 2)
        << " in the geometric mean of " << all.count() << " cells;" << by_threads << ".\n";
    if (behind.empty()) {
        out << "ferry is ahead in every cell.\n";
        return;
    }
    std::sort(behind.begin(), behind.end());
    out << "ferry is behind in " << behind.size() << " cells:\n";
    for (const auto &line : behind)
        out << "  " << line << '\n';
}

void print_disturbance(std::ostream &out, const results &r) {
    // Above this, a map's turn can differ from the next map's by more than the maps do.
    constexpr double tolerable = 0.04;
    const auto &loads = r.foreign_loads();
    const auto disturbed =
        std::count_if(loads.begin(), loads.end(), [](double load) { return load > tolerable; });
    if (disturbed == 0)
        return;
    out << "\nDisturbed: in " << disturbed << " of " << loads.size()
        << " rounds other processes took more than " << fixed(100 * tolerable, 0)
        << " % of the processors (at most "
        << fixed(100 * *std::max_element(loads.begin(), loads.end()), 0)
        << " %). Measure again on a quiet machine.\n";
}

} // namespace ferry::bench
