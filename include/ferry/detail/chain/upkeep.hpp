// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map's settings and its rarely written fields, in one block with its stripes:
//
//   | settings, counts of migrations | stripe 0 | stripe 1 | … |

#include "ferry/detail/chain/stripes.hpp"
#include "ferry/detail/reclaim/domain.hpp"

#include <cstddef>
#include <new>

FERRY_ENGINE_BEGIN

/// The settings of a map's core, in elements and flags.
struct core_options {
    std::size_t elements = 0;
    std::size_t least_elements = 0;
    bool huge_pages = false;
    bool drop_on_erase = false;
    detail::domain *domain = nullptr;
};

/// When a map is moved, its block goes with it.
template <class Stripe>
struct alignas(detail::apart_bytes) upkeep {
    upkeep(unsigned stripe_count, unsigned floor_bits, bool huge) noexcept
        : stripes(stripe_count), least_bits(floor_bits), huge_pages(huge),
          made_by_process(detail::domain::process_number()) {}

    /// Makes the block with its stripes behind it. Throws std::bad_alloc.
    static upkeep *make(unsigned floor_bits, bool huge) {
        const unsigned count = stripe_count();
        void *memory = ::operator new (bytes(count), std::align_val_t{detail::apart_bytes});
        auto *made = ::new (memory) upkeep(count, floor_bits, huge);
        for (unsigned i = 0; i < count; ++i) {
            ::new (static_cast<void *>(made->stripe_array() + i)) Stripe;
        }
        return made;
    }

    static void free(upkeep *old) noexcept {
        ::operator delete (old, std::align_val_t{detail::apart_bytes});
    }

    Stripe *stripe_array() noexcept { return reinterpret_cast<Stripe *>(this + 1); }

    static std::size_t bytes(unsigned stripe_count) noexcept {
        return sizeof(upkeep) + stripe_count * sizeof(Stripe);
    }

    const unsigned stripes;
    /// The fewest bits of a table, by the map's options.
    const unsigned least_bits;
    const bool huge_pages;
    /// The number of the process that made the map.
    const std::uint64_t made_by_process;
    /// The fewest bits by reserve(). shrink_to_fit() resets it.
    detail::atomic<unsigned> reserved_bits{0};

    detail::counter grown;
    detail::counter swept;
    detail::counter shrunk;
    detail::counter table_bytes_retired;
    /// Large tables that were the root, and that are given back piece by piece.
    detail::garbage_stripe old_tables;
    /// Living handles; counted only in builds with assertions.
    detail::counter handles;
};

FERRY_ENGINE_END
