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

std::string progress::where_we_are() const {
    const double passed = std::chrono::duration<double>(clock::now() - start_).count();
    // Before there is something to go by, the guess is taken at its word.
    const double pace = done_ > 0 ? passed / done_ : 1.0;
    char text[16];
    std::snprintf(text, sizeof text, "%3.0f %%", 100 * done_ / expected_);
    return '[' + std::string(text) + ", " + minutes(pace * (expected_ - done_)) + " left] ";
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

void progress::end() {
    if (terminal_)
        std::cerr << "\r\033[K";
    const double passed = std::chrono::duration<double>(clock::now() - start_).count();
    std::cerr << "Measured for " << minutes(passed) << " min." << std::endl;
}

} // namespace ferry::bench
