// SPDX-License-Identifier: BSL-1.0
#include "runner/percentiles.hpp"

#include <array>
#include <cmath>
#include <iomanip>
#include <ostream>

namespace ferry::bench {

namespace {

// Calls f(value, count) for each bin that is not empty, ascending.
template <class Function>
void for_each_bin(const histogram &h, Function f) {
    const auto &axis = h.axis();
    for (int bin = 0; bin < axis.size(); ++bin)
        if (const std::uint64_t count = h.at(bin); count != 0)
            f(axis.value(bin), count);
}

struct moments {
    double mean = 0;
    double deviation = 0;
};

moments moments_of(const histogram &h) {
    const auto count = static_cast<double>(count_of(h));
    if (count == 0)
        return {};
    double sum = 0;
    double squares = 0;
    for_each_bin(h, [&](std::uint64_t value, std::uint64_t n) {
        const auto v = static_cast<double>(value);
        sum += v * static_cast<double>(n);
        squares += v * v * static_cast<double>(n);
    });
    const double mean = sum / count;
    return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean))};
}

} // namespace

std::uint64_t count_of(const histogram &h) {
    std::uint64_t sum = 0;
    for_each_bin(h, [&](std::uint64_t, std::uint64_t count) { sum += count; });
    return sum;
}

double mean_of(const histogram &h) { return moments_of(h).mean; }

std::uint64_t max_of(const histogram &h) {
    std::uint64_t max = 0;
    for_each_bin(h, [&](std::uint64_t value, std::uint64_t) { max = value; });
    return max;
}

std::vector<std::uint64_t> quantiles(const histogram &h, std::span<const double> shares) {
    const auto all = static_cast<double>(count_of(h));
    std::vector<std::uint64_t> values;
    std::uint64_t passed = 0;
    for_each_bin(h, [&](std::uint64_t value, std::uint64_t count) {
        passed += count;
        while (values.size() < shares.size() &&
               static_cast<double>(passed) >= shares[values.size()] * all)
            values.push_back(value);
    });
    values.resize(shares.size(), max_of(h));
    return values;
}

std::vector<std::pair<std::string, double>> percentile_counters(const histogram &h) {
    constexpr std::array shares{0.5,   0.75,   0.9,    0.95,    0.99,   0.995,
                                0.999, 0.9995, 0.9999, 0.99995, 0.99999};
    constexpr std::array names{"p50_ns",    "p75_ns",     "p90_ns",    "p95_ns",
                               "p99_ns",    "p99.5_ns",   "p99.9_ns",  "p99.95_ns",
                               "p99.99_ns", "p99.995_ns", "p99.999_ns"};
    static_assert(shares.size() == names.size());
    constexpr double fewest_beyond = 10;
    const auto count = static_cast<double>(count_of(h));
    const auto values = quantiles(h, shares);
    std::vector<std::pair<std::string, double>> counters;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (count * (1 - shares[i]) >= fewest_beyond)
            counters.emplace_back(names[i], static_cast<double>(values[i]));
    return counters;
}

std::uint64_t count_above(const histogram &h, std::uint64_t limit) {
    std::uint64_t above = 0;
    const auto own_bin = h.axis().value(h.axis().index(limit));
    for_each_bin(h, [&](std::uint64_t value, std::uint64_t count) {
        if (value > own_bin)
            above += count;
    });
    return above;
}

void write_hgrm(std::ostream &out, const histogram &h) {
    constexpr double per_microsecond = 1e3;
    // Five steps for each halving of what remains, as HdrHistogram does by default.
    constexpr int steps_per_half = 5;
    const auto all = count_of(h);
    out << "       Value     Percentile TotalCount 1/(1-Percentile)\n\n" << std::fixed;
    const auto line = [&](double value, double share, std::uint64_t count) {
        out << std::setw(12) << std::setprecision(3) << value / per_microsecond << ' '
            << std::setw(14) << std::setprecision(12) << share << ' ' << std::setw(10) << count;
        if (share < 1)
            out << ' ' << std::setw(14) << std::setprecision(2) << 1 / (1 - share);
        out << '\n';
    };

    std::uint64_t passed = 0;
    double next = 0;
    double step = 0.5 / steps_per_half;
    double half = 0.5;
    for_each_bin(h, [&](std::uint64_t value, std::uint64_t count) {
        passed += count;
        const double share = static_cast<double>(passed) / static_cast<double>(all);
        if (share < next && passed != all)
            return;
        line(static_cast<double>(value), passed == all ? 1.0 : share, passed);
        while (next <= share && next < 1) {
            next += step;
            if (next >= half) {
                step /= 2;
                half += (1 - half) / 2;
            }
            if (step < 1e-15)
                break;
        }
    });

    const auto m = moments_of(h);
    out << std::setprecision(3) << "#[Mean    = " << std::setw(12) << m.mean / per_microsecond
        << ", StdDeviation   = " << std::setw(12) << m.deviation / per_microsecond << "]\n"
        << "#[Max     = " << std::setw(12) << static_cast<double>(max_of(h)) / per_microsecond
        << ", Total count    = " << std::setw(12) << all << "]\n"
        << "#[Buckets = " << std::setw(12) << 57 << ", SubBuckets     = " << std::setw(12) << 128
        << "]\n";
}

} // namespace ferry::bench
