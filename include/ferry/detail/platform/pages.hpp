// SPDX-License-Identifier: BSL-1.0
#pragma once

// Zeroed memory for tables: whole pages from the system when large, the heap when small.

#include "ferry/detail/platform/abi.hpp"

#include <cstddef>

namespace ferry::inline FERRY_ABI::detail {

/// `bytes` zero bytes aligned to apart_bytes, or nullptr. `huge`: ask for huge pages where the
/// memory comes from the system.
void *allocate_zeroed(std::size_t bytes, bool huge) noexcept;

/// Makes the system provide the pages of [from, from + bytes) for writing, as far as it can: one
/// call in place of two faults a page, one for the first read and one for the first write. Part of
/// what allocate_zeroed returned; multiples of populate_alignment.
void populate_for_writing(void *from, std::size_t bytes) noexcept;
inline constexpr std::size_t populate_alignment = 4096;

/// From this size on allocate_zeroed returns whole pages from the system.
inline constexpr std::size_t pages_from_bytes = std::size_t{64} << 10;

/// Gives back what allocate_zeroed(bytes, …) returned.
void release_zeroed(void *memory, std::size_t bytes) noexcept;

} // namespace ferry::inline FERRY_ABI::detail
