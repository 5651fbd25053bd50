// SPDX-License-Identifier: BSL-1.0
#pragma once

// Right histories of one key: threads that take steps in a random order, each call executed at one
// moment between its invocation and its return.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "calls.hpp"
#include "support/linear/history.hpp"
#include "support/random.hpp"

namespace ferry::test::linear {

struct executed {
    call what;
    outcome got{};
    stamp invoked = 0;
    stamp returned = pending;
    std::uint32_t thread = 0;
};

inline event recorded(const executed &one, key_type key = 0) {
    return {.what = one.returned == pending ? intended(one.what) : recorded(one.what, one.got),
            .invoked = one.invoked,
            .returned = one.returned,
            .key = key,
            .thread = one.thread};
}

// A thread at work: what it does next is invoke, execute or return.
class worker {
public:
    explicit worker(std::uint32_t number) : number_(number) {}

    bool idle() const { return phase_ == phase::idle; }

    void invoke(const call &what, stamp now) {
        mine_ = {.what = what, .invoked = now, .thread = number_};
        phase_ = phase::invoked;
    }

    void step(state &at, stamp now) {
        if (phase_ == phase::invoked) {
            mine_.got = execute(mine_.what, at);
            phase_ = phase::done;
        } else {
            mine_.returned = now;
            phase_ = phase::idle;
        }
    }

    // The last call, which is pending unless the worker is idle.
    const executed &last() const { return mine_; }

private:
    enum class phase : std::uint8_t { idle, invoked, done };

    executed mine_;
    std::uint32_t number_;
    phase phase_ = phase::idle;
};

} // namespace ferry::test::linear
