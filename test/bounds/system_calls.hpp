// SPDX-License-Identifier: BSL-1.0
#pragma once

// What this thread has asked of the system since it last began to count. The program is linked so
// that ferry's calls come by here (meson.build: --wrap).

#include <cstddef>

namespace ferry::test {

struct system_calls {
    std::size_t populated = 0;        // bytes that were provided for writing
    std::size_t dropped = 0;          // bytes of memory that went back
    std::size_t largest_unmapped = 0; // bytes of addresses that went back in one call
    unsigned calls = 0;
};

inline constinit thread_local system_calls asked;

// Whether the system is to be one that cannot provide pages for writing.
inline constinit thread_local bool provides_nothing = false;

} // namespace ferry::test
