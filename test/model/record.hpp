// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the threads of an execution saw, for the checks after it. Nothing here allocates while the
// execution runs: its memory would be the execution's.

#include "sched/execution.hpp"
#include "sched/machine.hpp"
#include "script.hpp"
#include "support/linear/whole_map.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ferry::model {

namespace linear = ferry::test::linear;

// One look at the whole map.
struct sweep {
    linear::stamp began = 0;
    linear::stamp ended = linear::pending;
    unsigned thread = 0;
    std::array<linear::sighting, 64> seen{};
    std::size_t count = 0;

    void see(unsigned key, unsigned value) {
        if (count == seen.size())
            fault("an iteration does not come to an end");
        seen[count++] = {key, value};
    }
};

// Of one thread.
class record {
public:
    record() {
        events_.reserve(most_events);
        sweeps_.reserve(most_sweeps);
        sizes_.reserve(most_sweeps);
        clears_.reserve(most_sweeps);
    }

    void clear() {
        events_.clear();
        sweeps_.clear();
        sizes_.clear();
        clears_.clear();
        most_lookup_steps_ = 0;
        attached_ = false;
        present_ = none;
    }

    // An operation on a key begins; `would`: what it does if it never returns.
    void begin(unsigned thread, unsigned key, const linear::transition &would) {
        if (events_.size() == most_events)
            fault("a script is too long");
        present_ = events_.size();
        events_.push_back({.what = would, .invoked = now(), .key = key, .thread = thread});
    }
    // It has returned.
    void end(const linear::transition &did) {
        events_[present_].what = did;
        events_[present_].returned = now();
        present_ = none;
    }
    // The thread has a record in the map's domain, so that its next pin makes none; or has not.
    void attached(bool has) { attached_ = has; }
    void looked_up(unsigned steps) {
        if (attached_)
            most_lookup_steps_ = std::max(most_lookup_steps_, steps);
    }
    unsigned most_lookup_steps() const { return most_lookup_steps_; }

    // An operation that may erase every key begins: the first of most_keys events, one a key.
    std::size_t begin_all(unsigned thread) {
        const std::size_t first = events_.size();
        for (unsigned key = 0; key != most_keys; ++key)
            begin(thread, key, linear::would::erase());
        present_ = none;
        return first;
    }
    void end(std::size_t which, const linear::transition &did) {
        events_[which].what = did;
        events_[which].returned = now();
    }
    // It threw, and has changed nothing.
    void end_without_effect() {
        if (present_ != none)
            end({.operation = "an operation that failed",
                 .nothing = linear::transition::of_absent::stays,
                 .something = linear::transition::of_present::stays});
        if (!sweeps_.empty() && sweeps_.back().ended == linear::pending)
            sweeps_.pop_back();
    }
    // May have taken effect since, or may yet.
    void add_pending(unsigned thread, unsigned key, linear::stamp began,
                     const linear::transition &would) {
        add(thread, key, began, would);
        events_.back().returned = linear::pending;
    }
    // All at once: of an operation on many keys.
    void add(unsigned thread, unsigned key, linear::stamp began, const linear::transition &did) {
        if (events_.size() == most_events)
            fault("a script is too long");
        events_.push_back(
            {.what = did, .invoked = began, .returned = now(), .key = key, .thread = thread});
    }

    void begin_clear(unsigned thread) {
        if (clears_.size() == most_sweeps)
            fault("a script is too long");
        clears_.push_back({begin_all(thread)});
    }
    void end_clear() { clears_.back().ended = now(); }

    void end_size(unsigned thread, linear::stamp began, std::size_t size) {
        if (sizes_.size() == most_sweeps)
            fault("a script is too long");
        sizes_.push_back({.began = began, .ended = now(), .thread = thread, .size = size});
    }

    sweep &begin_sweep(unsigned thread) {
        if (sweeps_.size() == most_sweeps)
            fault("a script is too long");
        sweeps_.push_back({.began = now(), .thread = thread});
        return sweeps_.back();
    }

    const std::vector<linear::event> &events() const { return events_; }
    const std::vector<sweep> &sweeps() const { return sweeps_; }
    const std::vector<linear::size_reading> &sizes() const { return sizes_; }

    struct clearing {
        std::size_t first; // of its events
        linear::stamp ended = linear::pending;
    };
    const std::vector<clearing> &clears() const { return clears_; }

private:
    static constexpr std::size_t most_events = 256;
    static constexpr std::size_t most_sweeps = 8;
    static constexpr std::size_t none = ~std::size_t{0};

    std::vector<linear::event> events_;
    std::vector<sweep> sweeps_;
    std::vector<linear::size_reading> sizes_;
    std::vector<clearing> clears_;
    std::size_t present_ = none;
    unsigned most_lookup_steps_ = 0;
    bool attached_ = false;
};

} // namespace ferry::model
