// SPDX-License-Identifier: BSL-1.0
#include "report/progress.hpp"

#include <cmath>
#include <cstdio>
#include <iostream>
#include <unistd.h>

namespace ferry::bench {

namespace {

std::string minutes(double seconds) {
    char text[32];
    const auto whole = std::lround(seconds);
    std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
    return text;
}

} // namespace

progress::progress(double expected) : expected_(expected), terminal_(isatty(STDERR_FILENO) == 1) {}

// Seconds by the clock for each second that was expected. Before there is something to go by, the
// guess is taken at its word.
double progress::pace() const {
    const double passed = std::chrono::duration<double>(clock::now() - start_).count();
    return done_ > 0 ? passed / done_ : 1.0;
}

std::chrono::duration<double> progress::end_after(double expected) const {
    return clock::now() - start_ + std::chrono::duration<double>(pace() * expected);
}

std::string progress::where_we_are() const {
    char text[16];
    std::snprintf(text, sizeof text, "%3.0f %%", 100 * done_ / expected_);
    return '[' + std::string(text) + ", " + minutes(pace() * (expected_ - done_)) + " left] ";
}

void progress::begin(const std::string &what) {
    done_ += running_;
    running_ = 0;
    block_ = what;
    if (!terminal_)
        std::cerr << where_we_are() << what << std::endl;
}

void progress::step(const std::string &what, double expected) {
    done_ += running_;
    running_ = expected;
    if (terminal_)
        std::cerr << "\r\033[K" << where_we_are() << block_ << ": " << what << std::flush;
}

void progress::leave_out(double expected) {
    expected_ -= expected;
    ++left_out_;
}

void progress::end() {
    if (terminal_)
        std::cerr << "\r\033[K";
    const double passed = std::chrono::duration<double>(clock::now() - start_).count();
    std::cerr << "Measured for " << minutes(passed) << " min.";
    if (left_out_ != 0)
        std::cerr << " To end in time, " << left_out_
                  << " repetitions were left out; with --rounds none are.";
    std::cerr << std::endl;
}

} // namespace ferry::bench
