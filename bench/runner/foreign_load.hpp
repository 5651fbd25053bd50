// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>

namespace ferry::bench {

// How much of the machine others took meanwhile: processes beside this one and, on a virtual
// machine, its host.
class foreign_load {
public:
    foreign_load() : start_(read()) {}

    // Their share of all processors' time since construction, 0 to 1. In ticks of 10 ms, so only
    // good for seconds. Nothing where the system does not tell.
    std::optional<double> share() const;

private:
    struct usage {
        double total = 0; // seconds of all processors since the machine started
        double busy = 0;
        double own = 0;
    };

    static std::optional<usage> read();

    std::optional<usage> start_;
};

} // namespace ferry::bench
