// SPDX-License-Identifier: BSL-1.0
#pragma once

// Zeroed memory for tables: whole pages from the system for large tables, the heap for small ones.
//
// Large memory is mapped without being touched, is provided piece by piece, and goes back piece by
// piece. So no call takes longer than a piece does, however large a table is.

#include "ferry/detail/platform/tuning.hpp"

#include <cstddef>

FERRY_DETAIL_BEGIN

/// Bytes of a page, at least.
inline constexpr std::size_t page_bytes = 4096;

/// Most bits of a table's address. A retired table's address shares a word with eight other bits.
inline constexpr unsigned table_address_bits = 56;

/// Returns `bytes` zero bytes aligned to apart_bytes. nullptr: there is no memory, or none at an
/// address of table_address_bits. `huge`: memory from the system asks for huge pages. Otherwise it
/// asks for none, because zeroing one is a pause.
FERRY_API void *allocate_zeroed(std::size_t bytes, bool huge) noexcept;

/// Makes the system provide the pages of [from, from + bytes) for writing, with one fault or one
/// call. Otherwise a page takes two faults, one for the first read and one for the first write, and
/// the second makes the system interrupt every thread. Idempotent; what other threads write there
/// meanwhile stays. The range is part of whole pages from allocate_zeroed, and is given in
/// multiples of page_bytes. False: the system has no memory for all of the pages, and those that it
/// did not provide are not touched. (A single page may be touched instead of the call where that is
/// faster; then nothing is refused.)
[[nodiscard]] FERRY_API bool populate_for_writing(void *from, std::size_t bytes) noexcept;

/// Gives back the end of memory from allocate_zeroed(bytes, huge), of which `left` bytes are left:
/// one piece, or all if it came from the heap. Returns the bytes that are left then.
FERRY_API std::size_t release_piece(void *memory, std::size_t left, std::size_t bytes,
                                    bool huge) noexcept;

/// Gives back at once memory from allocate_zeroed(bytes, …). At most a page or two of it were
/// written.
FERRY_API void release_untouched(void *memory, std::size_t bytes) noexcept;

FERRY_DETAIL_END
