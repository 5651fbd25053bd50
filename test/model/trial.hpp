// SPDX-License-Identifier: BSL-1.0
#pragma once

// One scenario, run again and again, each execution judged by everything there is to judge by.

#include "scenario.hpp"
#include "sched/execution.hpp"
#include "subject.hpp"
#include "support/linear/whole_map.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ferry::model {

struct verdict {
    std::string fault; // empty: all is well
    std::vector<unsigned> steps;
    bool stopped = false; // a stop was reached
};

class trial {
public:
    explicit trial(scenario of);
    trial(const trial &) = delete;
    trial &operator=(const trial &) = delete;

    const scenario &what() const { return scenario_; }

    // `most_steps`: of all threads together, or somebody does not come to an end.
    // `failing_point`: which allocation, or other thing that may fail, does; 0: none.
    verdict run(memory_kind, strategy &, std::span<const stop> stops = {}, unsigned most_steps = 0,
                unsigned failing_point = 0, const trace &told = {});

    // Points that could have failed in the last execution.
    unsigned points() const { return points_; }

    // The last execution's operations, in words.
    std::string history() const;

private:
    void before();
    void thread(unsigned number);
    void after();

    void gather(bool any_stopped);

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
};

} // namespace ferry::model
