// SPDX-License-Identifier: BSL-1.0
#include "service_load/recording.hpp"

#include <algorithm>
#include <cmath>

namespace ferry::bench {

namespace {

load_window window_of(std::vector<std::uint64_t> taken) {
    if (taken.empty())
        return {};
    load_window result{.requests = taken.size(), .longest = *std::ranges::max_element(taken)};
    const auto rank =
        static_cast<std::ptrdiff_t>(std::ceil(0.999 * static_cast<double>(taken.size())) - 1);
    std::ranges::nth_element(taken, taken.begin() + rank);
    result.p999 = taken[static_cast<std::size_t>(rank)];
    return result;
}

} // namespace

recording::recording() { kinds_.fill(empty_histogram()); }

void recording::sent(std::chrono::nanoseconds due) {
    const auto number = static_cast<std::size_t>(due / window_length);
    while (closed_.size() + open_.size() <= number)
        open_.emplace_back();
    close_answered();
    ++open_[number - closed_.size()].sent;
}

// All but the last, in which more can be sent.
void recording::close_answered() {
    while (open_.size() > 1 && open_.front().taken.size() == open_.front().sent) {
        closed_.push_back(window_of(std::move(open_.front().taken)));
        open_.pop_front();
    }
}

void recording::answered(verb what, std::chrono::nanoseconds due, std::chrono::nanoseconds taken) {
    const auto count = static_cast<std::uint64_t>(taken.count());
    kinds_[static_cast<std::size_t>(what)](count);
    longest_ = std::max(longest_, taken);
    open_[static_cast<std::size_t>(due / window_length) - closed_.size()].taken.push_back(count);
}

histogram recording::all() const {
    auto sum = empty_histogram();
    for (const auto &one : kinds_)
        sum += one;
    return sum;
}

std::vector<load_window> recording::windows() {
    for (; !open_.empty(); open_.pop_front())
        closed_.push_back(window_of(std::move(open_.front().taken)));
    return closed_;
}

} // namespace ferry::bench
