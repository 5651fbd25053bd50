// SPDX-License-Identifier: BSL-1.0
#include "report/results.hpp"

#include <algorithm>

namespace ferry::bench {

results::samples &results::at(const scenario &s, unsigned threads, const std::string &map) {
    if (std::find(scenarios_.begin(), scenarios_.end(), s) == scenarios_.end())
        scenarios_.push_back(s);
    return samples_[{s, threads, map}];
}

void results::add(const scenario &s, unsigned threads, const std::string &map,
                  double ops_per_second) {
    at(s, threads, map).ops_per_second.push_back(ops_per_second);
}

void results::add_wrong(const scenario &s, unsigned threads, const std::string &map,
                        const std::string &reason) {
    at(s, threads, map).wrong = true;
    wrong_runs_.push_back(map + ", " + name_of(s) + ", " + threads_in_words(threads) + ": " +
                          reason);
}

std::optional<summary> results::of(const scenario &s, unsigned threads,
                                   const std::string &map) const {
    const auto it = samples_.find({s, threads, map});
    if (it == samples_.end() || it->second.wrong || it->second.ops_per_second.empty())
        return std::nullopt;
    auto sorted = it->second.ops_per_second;
    std::sort(sorted.begin(), sorted.end());
    const auto middle = sorted.size() / 2;
    const double median =
        sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return summary{median, sorted.front(), sorted.back()};
}

bool results::is_wrong(const scenario &s, unsigned threads, const std::string &map) const {
    const auto it = samples_.find({s, threads, map});
    return it != samples_.end() && it->second.wrong;
}

} // namespace ferry::bench
