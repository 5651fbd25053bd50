// SPDX-License-Identifier: BSL-1.0
#pragma once

// A counter in a stripe. Threads choose stripes by the index of their record: stripe i belongs to
// the record with index i, whose thread counts by a plain load and store, and is lent to those
// with larger indices, which count by a read-modify-write in a place of their own. So the usual
// case costs no locked instruction, and nobody waits.
//
//   K1  `owned_` is written by one record's thread at a time; records pass from thread to thread
//       with release and acquire.

#include "ferry/detail/platform/atomic.hpp"

FERRY_DETAIL_BEGIN

/// A thread's seat at the stripes of a map: which one, and whether it is its own.
struct stripe_seat {
    stripe_seat(unsigned record_index, unsigned stripe_mask) noexcept
        : index(record_index & stripe_mask), owned(record_index <= stripe_mask) {}

    unsigned index;
    bool owned;
};

class counter {
public:
    /// Adds, and returns the new count of the place that was added to.
    std::int64_t add(bool owned, std::int64_t change) noexcept {
        if (owned) [[likely]] {
            // relaxed: ours alone (K1); counts order nothing, and whoever acts on a sum checks
            // what it acts on
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
