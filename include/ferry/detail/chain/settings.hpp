// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map's settings and its rarely written fields, in one block with its common stripe:
//
//   | settings, places of stripes, two rare counts | common stripe, other rare counts |

#include "ferry/detail/chain/stripes.hpp"
#include "ferry/detail/reclaim/domain.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>

FERRY_ENGINE_BEGIN

/// The settings of a map's core, in elements and flags.
struct core_options {
    std::size_t elements = 0;
    std::size_t least_elements = 0;
    double shrink_below = 0;
    bool huge_pages = false;
    bool drop_on_erase = false;
    detail::domain *domain = nullptr;
};

/// options::shrink_below as 65536ths. 0: never.
inline std::uint16_t in_65536ths(double share) noexcept {
    return share > 0 ? static_cast<std::uint16_t>(std::min(share, 0.125) * 65536)
                     : std::uint16_t{0};
}

/// When a map is moved, its block goes with it.
template <class Stripe>
struct alignas(detail::apart_bytes) map_settings {
    map_settings(unsigned fewest_bits, const core_options &options) noexcept
        : least_bits(static_cast<std::uint8_t>(fewest_bits)), huge_pages(options.huge_pages),
          shrink_below(in_65536ths(options.shrink_below)),
          made_by_process(detail::domain::process_number()), stripes(common, stripe_count()) {}
    ~map_settings() { delete old_tables(); }

    /// The lists of old tables, which the map has from its first large table on; otherwise nullptr.
    detail::garbage_stripe *old_tables() const noexcept {
        return old_tables_made.load(detail::acquire); // acquire: as they were made [E:old-tables]
    }
    /// Makes these lists, if they are not there. False: there is no memory.
    bool make_old_tables() noexcept {
        if (old_tables() != nullptr) {
            return true;
        }
        auto *const made = new (std::nothrow) detail::garbage_stripe;
        if (made == nullptr) {
            return false;
        }
        detail::garbage_stripe *none = nullptr;
        // Failure: another thread's lists are there.
        // acq_rel: publishes ours as they were made, or acquires the other thread's [E:old-tables]
        if (!old_tables_made.compare_exchange_strong(none, made, detail::acq_rel,
                                                     detail::acquire)) {
            delete made;
        }
        return true;
    }

    // Read by operations, and seldom written.

    /// The fewest bits of a table, by the map's options.
    const std::uint8_t least_bits;
    const bool huge_pages;
    /// If fewer 65536ths of the capacity are live, the table is halved. At most 1/8, below which
    /// shape_after halves.
    const std::uint16_t shrink_below;
    /// The fewest bits by reserve(). shrink_to_fit() resets it.
    detail::atomic<std::uint16_t> reserved_bits{0};
    /// The last table in which live keys filled a path (crowded_table::as_word).
    detail::atomic<std::uint16_t> crowded{0};
    /// The number of the process that made the map.
    const std::uint64_t made_by_process;
    /// Large tables that were the root, and that are given back piece by piece.
    detail::atomic<detail::garbage_stripe *> old_tables_made{nullptr};
    map_stripes<Stripe> stripes;
    // Written once in a migration, as the root is. Here they take no line of their own.
    detail::rare_counter swept;
    detail::rare_counter shrunk;

    // Written, in lines of their own.

    alignas(detail::line_bytes) Stripe common;
    detail::rare_counter grown;
    detail::rare_counter table_bytes_retired;
    /// Living handles; counted only in builds with assertions.
    detail::rare_counter handles;
};

FERRY_ENGINE_END
