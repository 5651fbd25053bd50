// SPDX-License-Identifier: BSL-1.0
#pragma once

// Real threads whose atomic operations can be watched: each is a step, and a thread can be told to
// park before one of its steps.

#include "support/gate.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ferry::test::parking {

enum class act : std::uint8_t {
    load,
    store,
    exchange,
    add,
    set_bits,
    keep_bits,
    compare_exchange, // strong
    try_exchange,     // weak
    exchange_pair,    // of two words at once
};

struct step {
    act what;
    bool pointer; // of what type the atomic is
    std::memory_order order;
    const void *at;
    std::uint64_t expected = 0; // by a compare-exchange
    std::uint64_t written = 0;
    std::uint64_t seen = 0; // once it was made
    bool done = false;      // a compare-exchange: whether it succeeded
};

// The steps of one thread, up to the one that it stands before.
class walk {
public:
    // `park_before`: the step at which it parks, counted from 1; 0: none.
    explicit walk(std::size_t park_before, gate *stop) : park_before_(park_before), stop_(stop) {
        steps_.reserve(1024);
    }

    void before(const step &next) {
        steps_.push_back(next);
        if (steps_.size() == park_before_)
            stop_->pass();
    }
    void after(std::uint64_t seen, bool done) {
        steps_.back().seen = seen;
        steps_.back().done = done;
    }

    const std::vector<step> &steps() const { return steps_; }

private:
    std::vector<step> steps_;
    std::size_t park_before_;
    gate *stop_;
};

// Of the thread, while it is watched.
inline constinit thread_local walk *watched = nullptr;

} // namespace ferry::test::parking
