// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map in the hands of a scenario's threads: what each call of a script means, and what the
// record says of it.

#include "record.hpp"
#include "scenario.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace ferry::model {

class subject {
public:
    virtual ~subject() = default;

    // In thread 0: the map and its domain.
    virtual void make(const setting &) = 0;

    // In the thread with this number.
    virtual void perform(unsigned thread, const call &, record &) = 0;
    // A thread's end: lets go of what it holds, and of its records.
    virtual void leave(unsigned thread) = 0;

    // In the one thread of a child, first.
    virtual void forked() = 0;

    // In thread 0, when all others have ended. Objects that were retired and are not freed; and of
    // those no more than so many are kept: the ones that lost threads had in hand.
    virtual std::size_t kept() = 0;
    virtual void reclaim_all_but(std::size_t most) = 0;
    virtual void destroy() = 0;

    // Outside of the machine, when no thread is at work. In words what is wrong with the tables,
    // or nothing. `unfinished`: threads that were stopped forever, or lost, in the middle of
    // something.
    virtual std::string inspect(unsigned unfinished) = 0;

    // The same: steps that a lookup may have taken by itself, at most, if there was one table all
    // the time; else 0.
    virtual std::size_t lookup_bound() = 0;

    // Outside, for a trace: what is at a place in the execution's memory, with a value it has or
    // had.
    virtual std::string describe(const void *at, std::uint64_t value) = 0;

    // Forgets what an execution that was broken off has left.
    virtual void abandon() noexcept = 0;
};

std::unique_ptr<subject> make_subject(element_kind);

// Whether the verb exists for these elements.
bool applies(verb, element_kind) noexcept;

} // namespace ferry::model
