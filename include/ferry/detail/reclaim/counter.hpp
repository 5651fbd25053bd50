// SPDX-License-Identifier: BSL-1.0
#pragma once

// One stripe's part of a counter. The index of a thread's record chooses the stripe. Stripe i
// belongs to the record with index i, and its thread counts with a plain load and store. Records
// with larger indices share the stripe, and their threads count with a read-modify-write in a
// second word. So the usual case executes no locked instruction, and no thread waits.
//
//   K1  Only the thread that holds the owning record writes `owned_`. A record passes from thread
//       to thread with release and acquire.

#include "ferry/detail/platform/atomic.hpp"

FERRY_DETAIL_BEGIN

/// A count of rare events, by all threads in one word.
class rare_counter {
public:
    void add(std::int64_t change) noexcept {
        count_.fetch_add(change, relaxed); // relaxed: counts order nothing
    }
    std::int64_t load() const noexcept { return count_.load(relaxed); } // relaxed: as above

private:
    atomic<std::int64_t> count_{0};
};

/// A thread's stripe among stripes of a fixed number: its index, and whether the thread owns it.
struct stripe_seat {
    stripe_seat(unsigned record_index, unsigned stripe_mask) noexcept
        : index(record_index & stripe_mask), owned(record_index <= stripe_mask) {}

    unsigned index;
    bool owned;
};

class counter {
public:
    /// Adds, and returns the new count of the word that was added to.
    std::int64_t add(bool owned, std::int64_t change) noexcept {
        if (owned) [[likely]] {
            // relaxed: only this thread writes it (K1). Counts order nothing, and code that acts on
            // a sum checks again what it acts on
            const std::int64_t count = owned_.load(relaxed) + change;
            owned_.store(count, relaxed); // relaxed: as above
            return count;
        }
        return shared_.fetch_add(change, relaxed) + change; // relaxed: as above
    }

    std::int64_t load() const noexcept {
        return owned_.load(relaxed) + shared_.load(relaxed); // relaxed: as above
    }

private:
    atomic<std::int64_t> owned_{0};
    atomic<std::int64_t> shared_{0};
};

FERRY_DETAIL_END
