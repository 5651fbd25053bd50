// SPDX-License-Identifier: BSL-1.0
#pragma once

// Around single operations: what they took.

#include "runner/histogram.hpp"

#include <chrono>

namespace ferry::bench {

class stop_watch {
    using clock = std::chrono::steady_clock;

public:
    template <class Operation>
    auto operator()(Operation operation) {
        const auto begin = clock::now();
        auto result = operation();
        const std::chrono::nanoseconds taken = clock::now() - begin;
        durations_(static_cast<std::uint64_t>(taken.count()));
        return result;
    }

    const histogram &durations() const { return durations_; }

private:
    histogram durations_ = empty_histogram();
};

} // namespace ferry::bench
