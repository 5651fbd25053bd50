// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is to fail, and when nothing is.

#include "support/faults.hpp"
#include "support/memory_supply.hpp"

#include <utility>

namespace ferry::fuzz {

namespace faults = test::faults;

// Nothing fails in a scope: what callbacks and the checks do by themselves.
class quiet {
public:
    quiet() : supply_(std::exchange(test::memory, {})) {}
    ~quiet() { test::memory = supply_; }
    quiet(const quiet &) = delete;
    quiet &operator=(const quiet &) = delete;

private:
    faults::truce truce_;
    test::supply supply_;
};

// What is to fail fails while this lives: one point, from 1 on, or all memory after some requests.
class failing {
public:
    static constexpr unsigned no_limit = ~0u;

    failing(unsigned point, unsigned requests) {
        if (point != 0)
            faults::arm(point);
        if (requests != no_limit)
            test::memory = {.limited = true, .left = requests};
    }
    ~failing() {
        faults::armed = false;
        test::memory = {};
    }
    failing(const failing &) = delete;
    failing &operator=(const failing &) = delete;
};

} // namespace ferry::fuzz
