// SPDX-License-Identifier: BSL-1.0
#pragma once

// Pins in a domain, of this thread and of another.

#include <thread>

#include <ferry/detail/reclaim/epoch_domain.hpp>

#include "support/gate.hpp"

namespace ferry::test {

// This thread is pinned while it lives.
struct pinned {
    explicit pinned(const detail::domain &in) : self(in.pin()) {}
    pinned(const pinned &) = delete;
    pinned &operator=(const pinned &) = delete;
    ~pinned() { self.unpin(); }

    detail::thread_record &self;
};

// Another thread, which is pinned while this lives.
class pinned_thread {
public:
    explicit pinned_thread(const detail::domain &in)
        : thread_([this, &in] {
              const pinned here(in);
              index_ = here.self.index();
              gate_.pass();
          }) {
        gate_.wait_for_arrival();
    }
    ~pinned_thread() {
        gate_.open();
        thread_.join();
    }

    // Of its record.
    unsigned index() const { return index_; }

private:
    gate gate_;
    unsigned index_ = 0;
    std::thread thread_; // last: it uses the others
};

// How many of so many attempts to advance the epoch succeed.
inline unsigned advances(detail::domain &in, unsigned attempts) {
    unsigned done = 0;
    for (unsigned i = 0; i < attempts; ++i)
        done += in.try_advance();
    return done;
}

} // namespace ferry::test
