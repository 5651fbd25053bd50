// SPDX-License-Identifier: BSL-1.0
#pragma once

// Threads that start together. Google Benchmark's own threads get a number of iterations each, so
// that the slower ones end up alone; these run against a clock.

#include <atomic>
#include <chrono>
#include <functional>

namespace ferry::bench {

// Handed to each worker; it prepares itself, passes the gate with the others, and works.
class gate {
public:
    // Blocks until every worker has come and the clock runs.
    void pass() noexcept;

    // Whether the window is over.
    // relaxed: it only has to be seen soon.
    bool closing() const noexcept { return closing_.load(std::memory_order_relaxed); }

private:
    friend class team;

    alignas(128) std::atomic<unsigned> waiting_{0};
    alignas(128) std::atomic<bool> open_{false};
    alignas(128) std::atomic<bool> closing_{false};
};

class team {
public:
    using clock = std::chrono::steady_clock;
    using task = std::function<void(unsigned worker, gate &)>;

    explicit team(unsigned threads) : threads_(threads) {}

    // Both return the seconds the work took, from the opening of the gate: to the end of the
    // window, or to the end of the last worker's work.
    double run_for(std::chrono::nanoseconds window, const task &) const;
    double run_to_end(const task &) const;

private:
    unsigned threads_;
};

} // namespace ferry::bench
