// SPDX-License-Identifier: BSL-1.0
#pragma once

// One map under test, whatever its type. A virtual call starts a run; inside it nothing is virtual.

#include "workloads/workload.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

namespace ferry::bench {

struct run_order {
    workload what;
    unsigned threads;
    std::chrono::nanoseconds warm_up;      // not for growth, which runs to completion
    std::chrono::nanoseconds window;       // nor this
    std::span<const std::uint32_t> skewed; // key indices in place of uniform ones
};

struct run_result {
    double seconds = 0;
    std::uint64_t operations = 0;
    std::string wrong; // empty: every check held

    double operations_per_second() const { return static_cast<double>(operations) / seconds; }
};

class subject {
public:
    virtual ~subject() = default;

    // Inserts the first N keys. Growth does without: it makes its own maps.
    virtual void fill() = 0;

    virtual run_result run(const run_order &) = 0;
};

} // namespace ferry::bench
