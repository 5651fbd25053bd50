// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a map's threads write, in stripes, so that they need not share a cache line.

#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/reclaim/garbage.hpp"

#include <algorithm>
#include <bit>

FERRY_ENGINE_BEGIN

/// A stripe of a map. `Counts`: what the engine counts. The thread whose CAS succeeded counts.
template <class Counts>
struct map_stripe {
    alignas(detail::apart_bytes) Counts counts;
    detail::garbage_stripe garbage;
};

/// The number of stripes on this machine: a power of two, so that a mask selects a thread's stripe.
inline unsigned stripe_count() noexcept {
    return std::clamp(std::bit_ceil(2 * detail::processor_count()), detail::min_stripes,
                      detail::max_stripes);
}

FERRY_ENGINE_END
