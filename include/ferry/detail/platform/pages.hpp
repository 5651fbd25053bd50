// SPDX-License-Identifier: BSL-1.0
#pragma once

// Zeroed memory for tables: whole pages from the system when large, the heap when small.

#include "ferry/detail/platform/abi.hpp"

#include <cstddef>

namespace ferry::inline FERRY_ABI::detail {

/// `bytes` zero bytes aligned to apart_bytes, or nullptr. `huge`: ask for huge pages where the
/// memory comes from the system.
void *allocate_zeroed(std::size_t bytes, bool huge) noexcept;

/// Gives back what allocate_zeroed(bytes, …) returned.
void release_zeroed(void *memory, std::size_t bytes) noexcept;

} // namespace ferry::inline FERRY_ABI::detail
