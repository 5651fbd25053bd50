// SPDX-License-Identifier: BSL-1.0
#pragma once

// One scenario, run again and again, each execution judged by everything there is to judge by.

#include "scenario.hpp"
#include "sched/execution.hpp"
#include "subject.hpp"
#include "support/linear/whole_map.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ferry::model {

// What goes wrong in an execution.
struct faults {
    std::vector<stop> stops{};
    fork_point fork{};
    unsigned failing_point = 0; // an allocation, or other thing that may fail; 0: none
    unsigned most_steps = 0;    // of all threads together, or somebody does not come to an end
};

struct verdict {
    std::string fault; // empty: all is well
    std::vector<unsigned> steps;
    bool stopped = false;  // a stop was reached
    bool forked = false;   // the fork was
    bool in_users = false; // in a user's function
};

class trial {
public:
    explicit trial(scenario of);
    trial(const trial &) = delete;
    trial &operator=(const trial &) = delete;

    const scenario &what() const { return scenario_; }

    verdict run(memory_kind, strategy &, const faults & = {}, const trace &told = {});

    // Points that could have failed in the last execution.
    unsigned points() const { return points_; }

    // The last execution's operations, in words.
    std::string history() const;

private:
    void before();
    void thread(unsigned number);
    void after();

    // In a child: what a program would do there.
    void live_in_child();
    void perform_all(const calls &);
    void look_at_tables();
    void gather();

    scenario scenario_;
    std::unique_ptr<subject> subject_;
    calls finale_;
    calls going_on_;
    plan plan_;
    std::vector<record> records_;
    std::vector<linear::event> events_;
    std::vector<linear::sweep> sweeps_;
    std::vector<linear::size_reading> sizes_;
    linear::checker checker_;
    std::string inspected_;
    unsigned points_ = 0;
    bool unfinished_ = false; // a thread was
};

} // namespace ferry::model
