// SPDX-License-Identifier: BSL-1.0
#pragma once

// What this process uses of the machine's memory, in bytes.

#include <cstddef>
#include <optional>

namespace ferry::bench {

struct memory_usage {
    // Handed out by malloc and not given back, and what was mapped for writing beside malloc.
    // Nothing when another allocator than the C library's serves this process.
    std::optional<std::size_t> allocated;
    std::size_t resident; // in pages that are in memory
};

memory_usage current_usage();

// The most that was resident since the last call of forget_peak().
std::size_t resident_peak();
void forget_peak();

} // namespace ferry::bench
