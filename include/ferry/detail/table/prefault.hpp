// SPDX-License-Identifier: BSL-1.0
#pragma once

// Chooses which pages of a table are prefaulted, and when: a few pages at a time, ahead of the
// operations that use them.

#include "ferry/detail/platform/pages.hpp"
#include "ferry/detail/platform/tuning.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

FERRY_ENGINE_BEGIN

/// When the system is made to back a table's memory.
enum class prefaulted : std::uint8_t {
    piece_by_piece, ///< ahead of the buckets that move there
    at_once,        ///< by the table's maker, before others see it: keys go there from the start
};

constexpr std::uintptr_t up_to_page(std::uintptr_t bytes) noexcept {
    return (bytes + detail::page_bytes - 1) / detail::page_bytes * detail::page_bytes;
}

/// Prefaults the pages that begin in [from, to).
inline void prefault_pages(const void *from, const void *to) noexcept {
    const auto end = reinterpret_cast<std::uintptr_t>(to);
    for (std::uintptr_t page = up_to_page(reinterpret_cast<std::uintptr_t>(from)); page < end;
         page += detail::page_bytes) {
        // A refused page may never be needed. It is left to the operation that first uses it.
        static_cast<void>(
            detail::populate_for_writing(reinterpret_cast<void *>(page), detail::page_bytes));
    }
}

/// Prefaults all pages of a block, in pieces, so that no other thread waits long for the system.
/// Calls `between()` after each piece. False: the system lacks the memory, and the rest is as it
/// was.
template <class F>
[[nodiscard]] bool prefault_all(void *block, std::size_t block_bytes, F &&between) noexcept {
    const std::size_t bytes = up_to_page(block_bytes);
    for (std::size_t done = 0; done < bytes; done += detail::populate_bytes) {
        if (!detail::populate_for_writing(static_cast<std::byte *>(block) + done,
                                          std::min(detail::populate_bytes, bytes - done))) {
            return false;
        }
        between();
    }
    return true;
}

/// How many buckets of `to` are prefaulted before the share of `from` that begins with bucket
/// `index` is migrated. They are those that the buckets before `index` move to, and beyond them as
/// many shares as there are stripes: other threads have taken the shares between, and are as likely
/// to come first. The first shares prefault twice as much as they need, until that lead is reached.
template <class Geometry>
constexpr std::size_t prefaulted_before(const Geometry &from, const Geometry &to, std::size_t index,
                                        std::size_t stripes) noexcept {
    const std::size_t ahead = index + std::min(index, stripes * detail::buckets_per_share);
    return std::min(to.buckets(), to.bits >= from.bits ? ahead << (to.bits - from.bits)
                                                       : ahead >> (from.bits - to.bits));
}

FERRY_ENGINE_END
