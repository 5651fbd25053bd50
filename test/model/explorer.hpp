// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is tried with a scenario, how often, and what to say when something is wrong.

#include "trial.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ferry::model {

const char *in_words(memory_kind) noexcept;

// Enough to run an execution again.
struct recipe {
    memory_kind memory = memory_kind::sequential;
    std::string strategy{};
    faults with{};
};

struct failure {
    recipe how;
    std::string fault;
};

struct figures {
    std::uint64_t executions = 0;  // all of them
    std::uint64_t suspensions = 0; // with threads stopped forever
    std::uint64_t failures = 0;    // with something that failed
    std::uint64_t forks = 0;       // that went on in a child
    // Of one schedule of each scenario: steps at which a thread was stopped, and points that
    // failed; of one schedule in each memory model, steps at which the process forked. That is all
    // there were, but when something was wrong.
    std::uint64_t steps_stopped_at = 0;
    std::uint64_t points_failed = 0;
    std::uint64_t steps_forked_at = 0;
    std::uint64_t steps = 0;
    std::uint64_t complete = 0; // scenarios of which every execution within the bounds was run

    figures &operator+=(const figures &other);
};

// How much.
struct effort {
    unsigned walks = 0;      // random walks in each memory model
    unsigned priorities = 0; // by priorities, in each memory model
    unsigned paths = 0;      // one by one, in each memory model
    unsigned stopped = 0;    // with one thread stopped
    unsigned pairs = 0;      // with two
    unsigned failed = 0;     // with something that fails
    unsigned turns = 0;      // in the scenario's turns, in each memory model
    unsigned forked = 0;     // that fork
    // Each step is stopped at, and each point fails, under one schedule, however many there are;
    // and there is a fork at each step, under one in each memory model.
    bool everywhere = true;

    effort times(double factor) const;
};

class explorer {
public:
    explicit explorer(trial &what) : trial_(what) {}

    // Nothing if all is well.
    std::optional<failure> explore(const effort &, std::uint64_t seed);

    const figures &so_far() const { return figures_; }

private:
    bool attempt(const recipe &how);
    bool attempt(const recipe &how, strategy &);
    bool one_by_one(memory_kind, unsigned preemptions, unsigned surprises, unsigned most);
    bool stop_everywhere(unsigned most, bool everywhere, std::uint64_t seed);
    bool stop_two(unsigned most, std::uint64_t seed);
    bool fail_everywhere(unsigned most, bool everywhere, std::uint64_t seed);
    bool fork_everywhere(unsigned most, bool everywhere, std::uint64_t seed);

    trial &trial_;
    figures figures_;
    verdict last_;
    std::optional<failure> found_;
};

// The same fault by a scenario with fewer calls, if there is one that is found again.
scenario shrunk(const scenario &, const failure &, failure &again);

} // namespace ferry::model
