// SPDX-License-Identifier: BSL-1.0
#pragma once

// Threads that start together. Google Benchmark's own threads get a number of iterations each, so
// that the slower ones end up alone; these run against a clock.

#include "runner/processors.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace ferry::bench {

using clock = std::chrono::steady_clock;

// Handed to each worker; it prepares itself, passes the gate with the others, and works.
class gate {
public:
    explicit gate(unsigned workers) : done_(workers) {}

    // Blocks until every worker has come; the last one opens it, and the work begins. Until then
    // the worker has a processor to itself, if there are enough: the system may start two on one,
    // and leave them there for the whole of a window.
    void pass() noexcept;

    // Whether the time for work that goes on to its end is up.
    bool late() const noexcept { return clock::now() >= deadline_; }

    // Whether the window is over.
    // relaxed: it only has to be seen soon.
    bool closing() const noexcept { return closing_.load(std::memory_order_relaxed); }

    // What a worker has done so far, all in all.
    // relaxed: as closing().
    void report(unsigned worker, std::uint64_t operations) noexcept {
        done_[worker].operations.store(operations, std::memory_order_relaxed);
    }

private:
    friend class team;

    struct alignas(128) odometer {
        std::atomic<std::uint64_t> operations{0};
        int thread = 0; // written before it waits at the gate
        std::optional<std::chrono::nanoseconds> without_processor; // written at its end
    };

    struct count_at {
        clock::time_point time;
        std::uint64_t operations; // of all workers
    };

    count_at reading() const noexcept;
    // Of all workers, while they are there.
    std::optional<std::chrono::nanoseconds> without_processor() const;

    const processors processors_;
    bool pinned_ = false;
    std::chrono::nanoseconds patience_{};
    std::vector<odometer> done_;
    // Written before the gate opens.
    clock::time_point opened_{};
    clock::time_point deadline_{};
    std::optional<std::chrono::nanoseconds> without_before_;
    alignas(128) std::atomic<unsigned> waiting_{0};
    alignas(128) std::atomic<bool> open_{false};
    alignas(128) std::atomic<bool> closing_{false};
};

// How long a team works.
struct hours {
    std::chrono::nanoseconds warm_up{}; // before a window
    std::chrono::nanoseconds window{};
    std::chrono::nanoseconds patience = std::chrono::hours(1); // for work that goes on to its end
};

// How long a team worked.
struct stretch {
    double seconds = 0;
    // The share of it for which workers were ready to go on and had no processor, on average. With
    // a processor for each and nothing else running there is next to none. Nothing: not known.
    std::optional<double> waited{};
};

// Operations reported within a time.
struct pace {
    stretch time;
    std::uint64_t operations;
};

// Throws std::runtime_error, with a sentence, when the system gives fewer threads.
class team {
public:
    using task = std::function<void(unsigned worker, gate &)>;

    // Pinned: each worker stays on one processor, which it shares with others if there are more
    // workers than processors.
    explicit team(unsigned threads, bool pinned = false) : threads_(threads), pinned_(pinned) {}

    unsigned threads() const noexcept { return threads_; }

    // Whether there are as many processors.
    bool fits() const { return threads_ <= processors().count(); }

    // Works for the warm-up and then the window; what was reported within the window counts.
    pace run_for(const hours &, const task &) const;
    // From the opening of the gate to the end of the last worker's work.
    stretch run_to_end(std::chrono::nanoseconds patience, const task &) const;

private:
    std::vector<std::jthread> start(gate &, const task &) const;
    stretch worked(clock::duration, std::optional<std::chrono::nanoseconds> without_before,
                   std::optional<std::chrono::nanoseconds> without_after) const;

    unsigned threads_;
    bool pinned_;
};

} // namespace ferry::bench
