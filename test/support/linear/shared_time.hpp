// SPDX-License-Identifier: BSL-1.0
#pragma once

// Stamps for the operations of real threads.

#include <atomic>

#include "support/linear/history.hpp"

namespace ferry::test::linear {

// The time of all threads. An operation that returns moves it on; one that is invoked only reads
// it. Who reads what another's return wrote, or later, comes after that return, for it synchronizes
// with it: so what is recorded as an order was one, on every machine and whatever its clocks. The
// stamps of what overlaps may be equal. (Two clocks' readings would claim an order of what a
// processor did in the other.) Nothing is ordered within an operation, and nothing is waited for
// before one.
class shared_time {
public:
    stamp invoked() const { return 2 * ended_.load(std::memory_order_acquire) + 1; }
    stamp returned() { return 2 * (ended_.fetch_add(1, std::memory_order_acq_rel) + 1); }

private:
    std::atomic<stamp> ended_{0};
};

} // namespace ferry::test::linear
