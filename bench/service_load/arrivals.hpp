// SPDX-License-Identifier: BSL-1.0
#pragma once

// When requests are due: at a rate, whatever the server does. At equal distances, or as a Poisson
// process, in which many independent clients come.

#include "workloads/random.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace ferry::bench {

enum class arrival_kind { fixed, poisson };

inline constexpr std::array arrival_kinds{arrival_kind::fixed, arrival_kind::poisson};

constexpr std::string_view name_of(arrival_kind kind) {
    return kind == arrival_kind::fixed ? "fixed" : "poisson";
}

class arrivals {
public:
    // `rate`: requests a second, more than 0.
    arrivals(arrival_kind kind, double rate, std::uint64_t seed)
        : kind_(kind), distance_(1e9 / rate), random_(seed) {}

    // Of the next request, since the beginning; ascending.
    std::chrono::nanoseconds next() {
        const auto due = std::chrono::nanoseconds(std::llround(at_));
        at_ += kind_ == arrival_kind::fixed ? distance_ : -std::log(unit()) * distance_;
        return due;
    }

private:
    // In (0, 1].
    double unit() { return static_cast<double>((random_() >> 11) + 1) * 0x1p-53; }

    arrival_kind kind_;
    double distance_; // nanoseconds, the mean
    double at_ = 0;
    split_mix random_;
};

} // namespace ferry::bench
