// SPDX-License-Identifier: BSL-1.0
#pragma once

// Counts a table's used slots in stripes, and says when to add the stripes up.
//
// Progress: wait-free.

#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/reclaim/counter.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

FERRY_ENGINE_BEGIN

/// A stripe's part of a table: the slots that it has used, and the next unit of the share that
/// the dealer gave it (table/dealer.hpp).
struct alignas(detail::line_bytes) table_stripe {
    detail::counter used;
    detail::atomic<std::size_t> next_unit{0};
};

/// The larger the table, the more rarely its stripes are added up. The slots that no sum contains
/// yet stay below 1/16 of the capacity.
class table_counts {
public:
    table_counts(table_stripe *stripes, unsigned stripe_count, std::size_t capacity) noexcept
        : stripes_(stripes), stripe_mask_(stripe_count - 1),
          used_mask_(period_mask(capacity / 16 / places(stripe_count))),
          dead_mask_(
              period_mask((capacity / 8 + detail::dead_to_sweep) / 2 / places(stripe_count))) {}

    table_stripe &stripe(unsigned thread_index) const noexcept {
        return stripes_[thread_index & stripe_mask_];
    }
    std::size_t stripes() const noexcept { return std::size_t{stripe_mask_} + 1; }
    const table_stripe *first() const noexcept { return stripes_; }

    /// Counts a slot. True: it is time to add the stripes up.
    bool count_used(detail::stripe_seat seat) noexcept {
        return rolls_over(stripes_[seat.index].used.add(seat.owned, 1));
    }

    /// Whether the stripes are added up when one of them reaches this count.
    bool rolls_over(std::int64_t count) const noexcept {
        return (static_cast<std::uint64_t>(count) & used_mask_) == 0;
    }
    /// The same for dead keys, of which even the smallest table may hold many.
    bool dead_rolls_over(std::int64_t count) const noexcept {
        return (static_cast<std::uint64_t>(count) & dead_mask_) == 0;
    }

    /// Used slots; may be off by operations under way.
    std::size_t used() const noexcept {
        std::int64_t sum = 0;
        for (unsigned i = 0; i <= stripe_mask_; ++i) {
            sum += stripes_[i].used.load();
        }
        return static_cast<std::size_t>(std::max<std::int64_t>(sum, 0));
    }

private:
    /// Counters that are added up. A stripe has two: its owner's, and one that other threads share.
    static constexpr std::size_t places(unsigned stripe_count) noexcept {
        return std::size_t{2} * stripe_count;
    }

    /// The mask of a period: a power of two, at most `most` and at most 4096.
    static constexpr std::uint64_t period_mask(std::size_t most) noexcept {
        return std::bit_floor(std::clamp<std::size_t>(most, 1, 4096)) - 1;
    }

    table_stripe *const stripes_;
    const unsigned stripe_mask_;
    const std::uint64_t used_mask_;
    const std::uint64_t dead_mask_;
};

FERRY_ENGINE_END
