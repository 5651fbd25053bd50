// SPDX-License-Identifier: BSL-1.0
#pragma once

// What people read off a histogram.

#include "runner/histogram.hpp"

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ferry::bench {

std::uint64_t count_of(const histogram &);
double mean_of(const histogram &);
std::uint64_t max_of(const histogram &);

// The smallest value that at least this share of the values does not exceed, for each of the
// shares, which ascend. Nanoseconds in, nanoseconds out, at most 1 % more than the truth.
std::vector<std::uint64_t> quantiles(const histogram &, std::span<const double> shares);

// The percentiles by the names that they have in the results, "p99.9_ns", in ascending order. One
// with fewer than ten values beyond it is left out: it would be a few operations' chance.
std::vector<std::pair<std::string, double>> percentile_counters(const histogram &);

// How many values are above the limit; those of the limit's own bin are not.
std::uint64_t count_above(const histogram &, std::uint64_t limit);

// The text format that HdrHistogram's tools read, in microseconds.
void write_hgrm(std::ostream &, const histogram &);

} // namespace ferry::bench
