// SPDX-License-Identifier: BSL-1.0
#include "report/words.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ferry::bench {

namespace {

std::string three_digits(double value) {
    return fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

} // namespace

std::string fixed(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string millions(double value) {
    const double m = value / 1e6;
    return m < 0.01 ? fixed(m, 5) : three_digits(m);
}

std::string percent_done(double share) { return fixed(std::floor(share * 1000) / 10, 1) + " %"; }

std::string duration(double nanoseconds) {
    if (nanoseconds < 1e3)
        return fixed(nanoseconds, 0) + " ns";
    if (nanoseconds < 1e6)
        return three_digits(nanoseconds / 1e3) + " us";
    if (nanoseconds < 1e9)
        return three_digits(nanoseconds / 1e6) + " ms";
    return three_digits(nanoseconds / 1e9) + " s";
}

std::string file_name_of(std::string cell) {
    std::replace(cell.begin(), cell.end(), '/', '-');
    std::erase(cell, ':');
    return cell;
}

} // namespace ferry::bench
