// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is known of the processor: its lines, its number of cores, its prefetch.

#include "ferry/detail/platform/abi.hpp"

#include <cstddef>

FERRY_DETAIL_BEGIN

/// Bytes of a cache line: a bucket is one.
inline constexpr std::size_t line_bytes = 64;

/// Bytes that are kept apart so that one thread's writes do not slow another's reads: two lines,
/// for prefetchers that fetch lines in pairs.
inline constexpr std::size_t apart_bytes = 128;

/// Processors this process could use when the library was first asked, at least 1.
FERRY_API unsigned processor_count() noexcept;

inline void prefetch(const void *address) noexcept { __builtin_prefetch(address); }

/// For a line that is about to be written.
inline void prefetch_for_write(const void *address) noexcept { __builtin_prefetch(address, 1); }

FERRY_DETAIL_END
