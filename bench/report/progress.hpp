// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace ferry::bench {

// Says on standard error what runs, how far it is and how long it will take: a line that is
// rewritten on a terminal, a line for each round of a block elsewhere.
class progress {
public:
    // `expected`: a guess of all the seconds to come; only its shares matter.
    explicit progress(double expected);

    // A new round of a block begins.
    void begin(const std::string &what);

    // One more step is next, and how long it was expected to take.
    void step(const std::string &what, double expected);

    // By the clock, since the beginning: when steps end that were expected to take so many seconds
    // and come next.
    std::chrono::duration<double> end_after(double expected) const;

    // One is left out.
    void leave_out(double expected);

    void end();

private:
    using clock = std::chrono::steady_clock;

    double pace() const;
    std::string where_we_are() const;

    clock::time_point start_ = clock::now();
    double expected_;
    double done_ = 0;
    double running_ = 0;
    std::size_t left_out_ = 0;
    std::string block_;
    bool terminal_;
};

} // namespace ferry::bench
