// SPDX-License-Identifier: BSL-1.0
#pragma once

// One run of a few logical threads on the machine, from empty memory to the end.

#include "sched/strategy.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ferry::model {

enum class memory_kind {
    // Every operation takes effect at once.
    sequential,
    // Total store order: stores wait in their thread's buffer, first in, first out; a light barrier
    // is nothing, the heavy one empties all buffers, one after the other.
    store_buffers,
    // C++20's orders: a load may read any store that coherence, happens-before and the order of the
    // seq_cst operations allow. Not covered: loads that read from stores executed later (load
    // buffering), and stores that come to stand before executed ones in the modification order.
    views,
    // The same, but what ended before something else began also happened before it: now() is where
    // that is seen. C++ promises that of nothing, and linearizability is about it.
    views_in_time,
};

// The process forks when a thread comes to one of its own steps, and the execution goes on in the
// child. Who lives there is thread 0, which forks between two of its calls; or the thread itself,
// if it is in a user's function at that step (else there is no fork). All others are lost: what
// they have executed has taken effect, and they are never run again.
//
// Of stores that are still in a lost thread's buffer: the system makes the pages of the parent
// read-only before it lets the child run, and waits until no processor writes through an older
// translation. A store that has left its thread is in the child's memory then. So buffers are
// emptied; one that is lost with its thread would be the same as a fork at an earlier step.
struct fork_point {
    unsigned thread = 0;
    unsigned step = 0; // 0: there is none
    bool by_itself = false;
};

struct plan {
    memory_kind memory = memory_kind::sequential;
    std::function<void()> before;               // thread 0, alone
    std::vector<std::function<void()>> threads; // 1, 2, …, at once
    std::function<void()> after;                // thread 0 again, when all have ended or stopped
    unsigned most_steps = 20'000;               // more: somebody does not come to an end
    unsigned failing_point = 0;                 // the one that fails, from 1 on; 0: none
    fork_point fork{};
    std::function<void()> forked{}; // what the one thread of a child does first
    // For a trace: a place of the execution's memory, and the value that was read or written there.
    std::function<std::string(const void *, std::uint64_t)> describe{};
};

// A thread that is never run again from one of its own steps on.
struct stop {
    unsigned thread;
    unsigned step;
};

struct outcome {
    std::string fault;           // empty: none
    std::vector<unsigned> steps; // of each thread
    bool stopped = false;        // a stop was reached
    bool forked = false;         // the fork was
    bool in_users = false;       // in a user's function
    unsigned points = 0;         // that could have failed
    std::size_t live_blocks = 0; // memory that was not freed by the end; in a child, of its own
};

// Told every step, with the line that describes it.
using trace = std::function<void(const std::string &)>;

outcome execute(const plan &, strategy &, std::span<const stop> stops = {}, const trace &told = {});

// --- for the threads -----------------------------------------------------------------------

// Later calls, by whomever, give larger numbers. Between the operations that are recorded: with
// views_in_time, it orders.
std::uint64_t now() noexcept;

// Threads that were stopped forever in this execution, or lost in its fork.
unsigned unfinished_threads() noexcept;

// Whether this is a child.
bool in_child() noexcept;

// The present thread's, so far.
unsigned own_steps() noexcept;

// The present thread, counted from 0.
unsigned own_index() noexcept;

// The present thread is about to begin another of its calls: for strategies that go by them.
void begin_call() noexcept;

// From begin to end what can fail is counted, and may fail.
void begin_failing() noexcept;
void end_failing() noexcept;

// Runs a function in which atomics are plain and memory is the heap's.
void from_outside(const std::function<void()> &);

// A line of the trace. `line` is called if somebody listens.
void tell(const std::function<std::string()> &line);

} // namespace ferry::model
