// SPDX-License-Identifier: BSL-1.0
#pragma once

// Zeroed memory for tables: whole pages from the system when large, the heap when small.
//
// Memory comes without being touched, is provided piece by piece, and goes back piece by piece: no
// call takes longer than a piece does, however large a table is.

#include "ferry/detail/platform/tuning.hpp"

#include <cstddef>

FERRY_DETAIL_BEGIN

/// Bytes of a page, at least.
inline constexpr std::size_t page_bytes = 4096;

/// Bits of the address of a table, at most: a retired one's is kept with eight other bits.
inline constexpr unsigned table_address_bits = 56;

/// `bytes` zero bytes aligned to apart_bytes, or nullptr: there is no memory, or none at an address
/// of table_address_bits. `huge`: ask for huge pages where the
/// memory comes from the system; else ask for none, as zeroing one is a pause.
FERRY_API void *allocate_zeroed(std::size_t bytes, bool huge) noexcept;

/// Makes the system provide the pages of [from, from + bytes) for writing, with one fault or one
/// call in place of two faults a page: one for the first read and one for the first write, which
/// makes the system interrupt every thread. Idempotent; what other threads write there meanwhile
/// stays. Part of what allocate_zeroed returned as whole pages; multiples of page_bytes.
/// False: the system has no memory for all of them; those that it did not provide are not touched.
/// (One page may be touched in place of the call, where that is faster: then nothing is refused.)
[[nodiscard]] FERRY_API bool populate_for_writing(void *from, std::size_t bytes) noexcept;

/// Gives back the end of what allocate_zeroed(bytes, huge) returned and of which `left` bytes are
/// left: a piece of it, or all when it came from the heap. Returns what is left then, 0: nothing.
FERRY_API std::size_t release_piece(void *memory, std::size_t left, std::size_t bytes,
                                    bool huge) noexcept;

/// Gives back at once what allocate_zeroed(bytes, …) returned, of which a page or two were written
/// to.
FERRY_API void release_untouched(void *memory, std::size_t bytes) noexcept;

FERRY_DETAIL_END
