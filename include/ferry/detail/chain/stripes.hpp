// SPDX-License-Identifier: BSL-1.0
#pragma once

// Counts in stripes, so that counting does not make threads share a line. Who won the CAS counts.

#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/reclaim/counter.hpp"
#include "ferry/detail/reclaim/garbage.hpp"

#include <algorithm>
#include <bit>

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// A table's share: links and gaps, and the next bucket of those the cursor has dealt here; a
/// multiple of buckets_per_share: none is left.
struct alignas(detail::line_bytes) table_stripe {
    detail::counter used;
    detail::atomic<std::size_t> next_bucket{0};
};

/// A map's share.
///   nodes   linked and not dropped, live or dead
///   dead    those of them whose key is absent
///   outside those of them that own memory outside the node: a box, or a spare node
struct map_stripe {
    alignas(detail::apart_bytes) detail::counter nodes;
    detail::counter dead;
    detail::counter outside;
    detail::garbage_stripe garbage;
};

/// Stripes for this machine: a power of two, so that a thread's is a mask away.
inline unsigned stripe_count() noexcept {
    return std::clamp(std::bit_ceil(2 * detail::processor_count()), detail::min_stripes,
                      detail::max_stripes);
}

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
