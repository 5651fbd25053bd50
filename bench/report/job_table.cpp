// SPDX-License-Identifier: BSL-1.0
#include "report/job_table.hpp"

#include "report/statistics.hpp"
#include "report/words.hpp"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <utility>

namespace ferry::bench {

namespace {

constexpr int number_width = 10;

summary rates_of(const job_row &row) {
    std::vector<double> rates;
    for (const auto &run : row.rounds)
        rates.push_back(run.operations_per_second());
    return summarize(std::move(rates));
}

double least_finished(const job_row &row) {
    double least = 1;
    for (const auto &run : row.rounds)
        least = std::min(least, run.finished);
    return least;
}

double mean_hit_rate(const job_row &row) {
    double sum = 0;
    for (const auto &run : row.rounds)
        sum += run.hit_rate.value_or(0);
    return sum / static_cast<double>(row.rounds.size());
}

bool is_wrong(const job_run &run) { return !run.wrong.empty(); }

bool is_wrong(const job_row &row) {
    return std::any_of(row.rounds.begin(), row.rounds.end(),
                       [](const job_run &run) { return is_wrong(run); });
}

bool can_win(const job_row &row) { return !is_wrong(row) && least_finished(row) == 1; }

double best_of(const std::vector<job_row> &rows, unsigned threads) {
    double best = 0;
    for (const auto &row : rows)
        if (row.threads == threads && can_win(row))
            best = std::max(best, rates_of(row).median);
    return best;
}

std::string fault_of(const job_row &row) {
    const auto first = std::find_if(row.rounds.begin(), row.rounds.end(),
                                    [](const job_run &run) { return is_wrong(run); });
    const auto count = std::count_if(row.rounds.begin(), row.rounds.end(),
                                     [](const job_run &run) { return is_wrong(run); });
    std::string sentence = "WRONG: " + first->wrong;
    if (row.rounds.size() > 1)
        sentence += " (" + std::to_string(count) + " of " + std::to_string(row.rounds.size()) +
                    " rounds were wrong)";
    return sentence;
}

void print_numbers(std::ostream &out, const job_row &row, double best) {
    const auto r = rates_of(row);
    const bool wins = can_win(row) && r.median == best;
    out << std::setw(number_width) << std::string(wins ? "*" : "") + millions(r.median)
        << std::setw(number_width) << millions(r.min) << std::setw(number_width) << millions(r.max);
    if (row.rounds.front().hit_rate)
        out << std::setw(number_width) << fixed(100 * mean_hit_rate(row), 1) + " %";
    if (const double done = least_finished(row); done < 1)
        out << "   unfinished: " << percent_done(done) << " done when patience ended";
}

} // namespace

bool any_wrong(const std::vector<job_row> &rows) {
    return std::any_of(rows.begin(), rows.end(), [](const job_row &row) { return is_wrong(row); });
}

void print_job_table(std::ostream &out, const std::vector<job_row> &rows) {
    if (rows.empty())
        return;
    std::size_t longest = 0;
    for (const auto &row : rows)
        longest = std::max(longest, row.map.size());
    const auto name_width = static_cast<int>(longest) + 1;

    out << std::left << std::setw(name_width) << "map" << std::right << std::setw(8) << "threads"
        << std::setw(number_width) << "median" << std::setw(number_width) << "least"
        << std::setw(number_width) << "most";
    if (rows.front().rounds.front().hit_rate)
        out << std::setw(number_width) << "hits";
    out << '\n';

    for (const auto &row : rows) {
        out << std::left << std::setw(name_width) << row.map << std::right << std::setw(8)
            << row.threads;
        if (is_wrong(row))
            out << "   " << fault_of(row);
        else
            print_numbers(out, row, best_of(rows, row.threads));
        out << '\n';
    }
}

} // namespace ferry::bench
