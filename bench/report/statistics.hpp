// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is told of several numbers.

#include <algorithm>
#include <cmath>
#include <vector>

namespace ferry::bench {

// Over the rounds.
struct summary {
    double median;
    double min;
    double max;
};

// Of at least one value.
inline summary summarize(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    const double median =
        values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    return {median, values.front(), values.back()};
}

// Of ratios.
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

} // namespace ferry::bench
