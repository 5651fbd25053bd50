// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the requests of a run took: histograms by kind, and tenths of a second one after the other,
// by the time at which requests were due. A request is counted in the tenth in which it was due,
// however late its reply was.

#include "runner/histogram.hpp"
#include "service_load/request.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

namespace ferry::bench {

struct load_window {
    std::uint64_t requests = 0;
    std::uint64_t longest = 0; // nanoseconds
    std::uint64_t p999 = 0;    // nanoseconds
};

class recording {
public:
    static constexpr std::chrono::nanoseconds window_length = std::chrono::milliseconds(100);

    recording();

    // In ascending order of `due`, which counts from the beginning.
    void sent(std::chrono::nanoseconds due);
    void answered(verb what, std::chrono::nanoseconds due, std::chrono::nanoseconds taken);

    const histogram &of(verb what) const { return kinds_[static_cast<std::size_t>(what)]; }
    histogram all() const;
    std::chrono::nanoseconds longest() const { return longest_; }

    // Closes all windows and returns them. Requests that were not answered are missing from them.
    std::vector<load_window> windows();

private:
    struct open_window {
        std::uint64_t sent = 0;
        std::vector<std::uint64_t> taken;
    };

    void close_answered();

    std::array<histogram, verbs.size()> kinds_;
    std::chrono::nanoseconds longest_{};
    std::vector<load_window> closed_;
    std::deque<open_window> open_; // those after the closed ones
};

} // namespace ferry::bench
