// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the maps did in a real job, and its table.

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace ferry::bench {

struct job_run {
    double seconds = 0;
    std::optional<double> waited{}; // the share of it without a processor, if that is known
    std::uint64_t operations = 0;
    double finished = 1; // the share of the job that was done when patience ended
    std::string wrong{}; // empty: every check held
    std::optional<double> hit_rate{};

    // 0 if there was nothing to do.
    double operations_per_second() const {
        return operations == 0 ? 0 : static_cast<double>(operations) / seconds;
    }
};

struct job_row {
    std::string map;
    unsigned threads;
    std::vector<job_run> rounds;
};

bool any_wrong(const std::vector<job_row> &);

// A line for each row, in million operations a second; the best median of each number of threads is
// marked. A map that was wrong or did not finish cannot be the best.
void print_job_table(std::ostream &, const std::vector<job_row> &);

} // namespace ferry::bench
