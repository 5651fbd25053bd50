// SPDX-License-Identifier: BSL-1.0
#pragma once

// Facts about the processor: cache lines, number of cores, prefetch.

#include "ferry/detail/platform/abi.hpp"

#include <cstddef>

FERRY_DETAIL_BEGIN

/// Bytes of a cache line, and of a bucket.
inline constexpr std::size_t line_bytes = 64;

/// The distance in bytes at which one thread's writes do not slow another's reads: two lines,
/// because some prefetchers fetch lines in pairs.
inline constexpr std::size_t apart_bytes = 128;

/// Processors that this process could use when the library first asked, at least 1.
FERRY_API unsigned processor_count() noexcept;

inline void prefetch(const void *address) noexcept { __builtin_prefetch(address); }

/// The same for a line that is about to be written.
inline void prefetch_for_write(const void *address) noexcept { __builtin_prefetch(address, 1); }

FERRY_DETAIL_END
