// SPDX-License-Identifier: BSL-1.0
#pragma once

// Counts a table's used slots and the keys erased from it, and says when to look whether a
// migration is due.
//
// Each thread counts in a stripe: used slots in the table's, erased keys in the map's. When a
// stripe's count completes a period, the thread adds the period to a sum in the table. So it writes
// a line that others need once in a period, and does not read their counters. All stripes are added
// up only if the sum says that a migration may be due.
//
// A thread that stops after it counted and before it added leaves one period out of the sum for
// good. Then the migration begins later, at the latest when a path runs out.
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
struct table_stripe {
    detail::counter used;
    detail::atomic<std::size_t> next_unit{0};
};

/// The stripes of a small table would be most of it, so it has fewer than its map: at most one for
/// each slots_per_stripe slots.
constexpr unsigned stripes_of_table(std::size_t capacity, unsigned stripes_of_map) noexcept {
    return static_cast<unsigned>(std::bit_floor(
        std::clamp<std::size_t>(capacity / detail::slots_per_stripe, 1, stripes_of_map)));
}

/// The most used slots of a root table of this capacity.
constexpr std::size_t full_from(std::size_t capacity) noexcept { return capacity - capacity / 4; }

/// Dead keys that a root table may hold beyond as many as are live.
constexpr std::size_t dead_beyond_live(std::size_t capacity) noexcept {
    return capacity / 8 + detail::dead_to_sweep;
}

/// What stripes have added. All threads write these.
struct table_sums {
    detail::atomic<std::int64_t> used_added{0};
    detail::atomic<std::int64_t> erased_added{0};
};

/// The larger the table, the longer a period. The slots that the sum does not contain yet stay
/// below 1/16 of the capacity, and one period for each thread that stopped. Of the keys erased
/// since the stripes were last added up, there are at most half of dead_beyond_live(capacity).
class table_counts {
public:
    /// Memory from one stripe to the next.
    static constexpr std::size_t stride = detail::line_bytes;

    /// `first`: the first of stripes_of_table(…) stripes, `stride` bytes apart. `stripes_of_map`:
    /// the map's, without the common one. `capacity`: a power of two.
    table_counts(table_stripe *first, table_sums &sums, std::size_t capacity,
                 unsigned stripes_of_map) noexcept
        : first_(first), sums_(sums),
          stripe_mask_(static_cast<std::uint16_t>(stripes_of_table(capacity, stripes_of_map) - 1)),
          used_period_(period(capacity / 16 / words(stripes()))),
          erased_period_(
              period(dead_beyond_live(capacity) / 4 / words(std::size_t{stripes_of_map} + 1))),
          capacity_bits_(static_cast<std::uint8_t>(std::bit_width(capacity) - 1)),
          look_bits_(static_cast<std::uint8_t>(
              std::bit_width(std::max<std::size_t>(dead_beyond_live(capacity) / 4, 1)) - 1)) {}

    table_stripe &stripe(unsigned record_index) const noexcept {
        return at(record_index & stripe_mask_);
    }
    std::size_t stripes() const noexcept { return std::size_t{stripe_mask_} + 1; }
    const table_stripe *first() const noexcept { return first_; }

    /// Counts a slot, for the thread whose record has this index. True: a migration may be due.
    [[gnu::always_inline]] bool count_used(unsigned record_index) noexcept {
        const detail::stripe_seat seat(record_index, stripe_mask_);
        return completes(at(seat.index).used.add(seat.owned, 1), used_period_) && add_used();
    }

    /// The map has counted an erased key in a stripe, whose count is `count` now. True: a migration
    /// may be due.
    [[gnu::always_inline]] bool count_erased(std::int64_t count) noexcept {
        return completes(count, erased_period_) && add_erased();
    }

    /// Used slots; may be off by operations under way.
    std::size_t used() const noexcept {
        std::int64_t sum = 0;
        for (unsigned i = 0; i <= stripe_mask_; ++i) {
            sum += at(i).used.load();
        }
        return static_cast<std::size_t>(std::max<std::int64_t>(sum, 0));
    }

private:
    [[gnu::noinline]] bool add_used() noexcept {
        // relaxed: counts order nothing; code that acts on it adds the stripes up
        const std::int64_t before = sums_.used_added.fetch_add(used_period_, detail::relaxed);
        return static_cast<std::size_t>(before + used_period_) >
               full_from(std::size_t{1} << capacity_bits_);
    }
    [[gnu::noinline]] bool add_erased() noexcept {
        // relaxed: as above
        const std::int64_t before = sums_.erased_added.fetch_add(erased_period_, detail::relaxed);
        return ((before + erased_period_) & ((std::int64_t{1} << look_bits_) - 1)) == 0;
    }

    table_stripe &at(unsigned index) const noexcept {
        return *reinterpret_cast<table_stripe *>(reinterpret_cast<std::byte *>(first_) +
                                                 index * stride);
    }

    /// Words of a counter in so many stripes. Each has two: its owner's, and one that other threads
    /// share.
    static constexpr std::size_t words(std::size_t stripe_count) noexcept {
        return 2 * stripe_count;
    }

    /// A power of two, at most `most` and at most 4096.
    static constexpr std::uint16_t period(std::size_t most) noexcept {
        return static_cast<std::uint16_t>(std::bit_floor(std::clamp<std::size_t>(most, 1, 4096)));
    }
    static constexpr bool completes(std::int64_t count, std::uint16_t period) noexcept {
        return (static_cast<std::uint64_t>(count) & (period - 1u)) == 0;
    }

    table_stripe *const first_;
    table_sums &sums_;
    const std::uint16_t stripe_mask_;
    const std::uint16_t used_period_;
    const std::uint16_t erased_period_;
    const std::uint8_t capacity_bits_;
    const std::uint8_t look_bits_;
};

FERRY_ENGINE_END
