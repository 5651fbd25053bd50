// SPDX-License-Identifier: BSL-1.0
#pragma once

// Chooses which pages of a table are prefaulted, and when: a few pages at a time, ahead of the
// operations that use them.

#include "ferry/detail/platform/pages.hpp"
#include "ferry/detail/platform/rounding.hpp"
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

/// Prefaults the pieces of memory that begin in [from, to), but nothing behind the page of `end`. A
/// piece is `piece_bytes`, whole pages, and so aligned.
inline void prefault_pieces(const void *from, const void *to, std::size_t piece_bytes,
                            const void *end) noexcept {
    const auto stop = reinterpret_cast<std::uintptr_t>(to);
    const auto last = detail::rounded_up(reinterpret_cast<std::uintptr_t>(end), detail::page_bytes);
    for (std::uintptr_t piece =
             detail::rounded_up(reinterpret_cast<std::uintptr_t>(from), piece_bytes);
         piece < stop; piece += piece_bytes) {
        // Refused memory may never be needed. It is left to the operation that first uses it.
        static_cast<void>(detail::populate_for_writing(reinterpret_cast<void *>(piece),
                                                       std::min(piece_bytes, last - piece)));
    }
}

/// Prefaults all pages of a block, in pieces, so that no other thread waits long for the system.
/// Calls `between()` after each piece. False: the system lacks the memory, and the rest is as it
/// was.
template <class F>
[[nodiscard]] bool prefault_all(void *block, std::size_t block_bytes, F &&between) noexcept {
    const std::size_t bytes = detail::rounded_up(block_bytes, detail::page_bytes);
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
/// `index` is migrated; a share has `share` buckets. They are those that the buckets before `index`
/// move to, and beyond them as many shares as there are stripes: other threads have taken the
/// shares between, and are as likely to come first. The first shares prefault twice as much as they
/// need, until that lead is reached.
template <class Geometry>
constexpr std::size_t prefaulted_before(const Geometry &from, const Geometry &to, std::size_t index,
                                        std::size_t share, std::size_t stripes) noexcept {
    const std::size_t ahead = index + std::min(index, stripes * share);
    return std::min(to.buckets(), to.bits >= from.bits ? ahead << (to.bits - from.bits)
                                                       : ahead >> (from.bits - to.bits));
}

FERRY_ENGINE_END
