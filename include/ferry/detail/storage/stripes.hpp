// SPDX-License-Identifier: BSL-1.0
#pragma once

// Counts in stripes: a thread adds to the stripe its record's index chooses, so that counting
// does not make threads share a line. Who won the CAS counts.

#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/reclaim/garbage.hpp"

#include <algorithm>
#include <bit>

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

class counter {
public:
    /// Adds, and returns the stripe's new count.
    std::int64_t add(std::int64_t change) noexcept {
        // relaxed: counts order nothing; whoever acts on a sum checks what it acts on
        return count_.fetch_add(change, detail::relaxed) + change;
    }
    std::int64_t load() const noexcept {
        return count_.load(detail::relaxed); // relaxed: as above
    }

private:
    detail::atomic<std::int64_t> count_{0};
};

/// A table's share: links and gaps.
struct alignas(detail::line_bytes) table_stripe {
    counter used;
};

/// A map's share.
///   nodes   linked and not dropped, live or dead
///   dead    those of them whose key is absent
///   boxed   those of them whose live value is outside the node
struct map_stripe {
    alignas(detail::apart_bytes) counter nodes;
    counter dead;
    counter boxed;
    detail::garbage_stripe garbage;
};

/// Stripes for this machine: a power of two, so that a thread's is a mask away.
inline unsigned stripe_count() noexcept {
    return std::min(std::bit_ceil(2 * detail::processor_count()), detail::max_stripes);
}

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
