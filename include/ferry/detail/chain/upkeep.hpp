// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a map is set up with, and what of it is written now and then: one block of memory.
//
//   | settings, counts of migrations | stripe 0 | stripe 1 | … |

#include "ferry/detail/reclaim/domain.hpp"
#include "ferry/detail/table/geometry.hpp"
#include "ferry/detail/chain/stripes.hpp"

#include <cstddef>
#include <new>

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// The settings of a core, in elements and flags.
struct core_options {
    std::size_t elements = 0;
    std::size_t least_elements = 0;
    bool huge_pages = false;
    bool drop_on_erase = false;
    detail::domain *domain = nullptr;
};

/// What is written now and then, and the stripes, in one block that moves with its map.
struct alignas(detail::apart_bytes) upkeep {
    upkeep(unsigned stripe_count, const core_options &options) noexcept
        : stripes(stripe_count), least_bits(geometry::bits_for(options.least_elements)),
          huge_pages(options.huge_pages), reserved_bits(geometry::least_bits) {}

    /// The block with its stripes behind it.
    static upkeep *make(const core_options &options) {
        const unsigned count = stripe_count();
        void *memory = ::operator new (bytes(count), std::align_val_t{detail::apart_bytes});
        auto *made = ::new (memory) upkeep(count, options);
        for (unsigned i = 0; i < count; ++i) {
            ::new (static_cast<void *>(made->stripe_array() + i)) map_stripe;
        }
        return made;
    }

    static void free(upkeep *old) noexcept {
        ::operator delete (old, std::align_val_t{detail::apart_bytes});
    }

    map_stripe *stripe_array() noexcept { return reinterpret_cast<map_stripe *>(this + 1); }
    const map_stripe *stripe_array() const noexcept {
        return reinterpret_cast<const map_stripe *>(this + 1);
    }

    static std::size_t bytes(unsigned stripe_count) noexcept {
        return sizeof(upkeep) + stripe_count * sizeof(map_stripe);
    }

    const unsigned stripes;
    const unsigned least_bits;
    const bool huge_pages;
    /// Raised by reserve, lowered by shrink_to_fit.
    detail::atomic<unsigned> reserved_bits;

    detail::counter grown;
    detail::counter swept;
    detail::counter shrunk;
    detail::counter table_bytes_retired;
    /// Large tables that were the root, and go back piece by piece.
    detail::garbage_stripe old_tables;
    /// Handles that live; counted in builds with assertions.
    detail::counter handles;
};

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
