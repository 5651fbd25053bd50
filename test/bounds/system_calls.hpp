// SPDX-License-Identifier: BSL-1.0
#pragma once

// What this thread has asked of the system and the heap since it last began to count, and what the
// system is to refuse it. The program is linked so that ferry's calls come by here (meson.build:
// --wrap).

#include <cstddef>

namespace ferry::test {

struct system_calls {
    std::size_t populated = 0;        // bytes that were provided for writing
    unsigned populate_calls = 0;      // that asked for that, refused or not
    std::size_t mapped = 0;           // bytes of addresses that came
    std::size_t dropped = 0;          // bytes of memory that went back
    std::size_t dropped_resident = 0; // bytes that had been touched, of those
    std::size_t unmapped = 0;         // bytes of addresses that went back
    std::size_t unmapped_memory = 0;  // bytes of memory that went back with them
    std::size_t largest_unmapped = 0; // bytes of addresses that went back in one call
    void *newest_mapping = nullptr;
    std::size_t withdrawn = 0;        // bytes of newest mappings that went back whole
    std::size_t withdrawn_memory = 0; // bytes of memory that went back with them
    unsigned mappings = 0;            // made, or refused
    unsigned small_tables = 0;        // made, and stripes of maps, or refused
    unsigned allocations = 0;         // from the heap, that are neither
    std::size_t heap_bytes = 0;       // asked for, of all of them
    unsigned barriers = 0;            // heavy ones, made or refused
    unsigned tagged = 0;              // tables at addresses that cannot be used
    unsigned tagged_back = 0;         // those that were given back
    unsigned random_numbers = 0;      // drawn, or refused
};

inline constinit thread_local system_calls asked;

struct refusals {
    int populate = 0;              // the error that providing pages for writing ends with; 0: none
    unsigned populate_after = 0;   // so many calls
    unsigned populate_times = ~0u; // and of the next ones
    bool barriers = false;         // nor make barriers, nor register for them
    unsigned mapping = 0;          // which mapping from here on fails, counted from 1; 0: none
    bool mappings = false;         // all fail
    bool small_tables = false;     // nor stripes
    bool addresses = false;        // tables come at addresses with a tag in their highest bits
    bool entropy = false;          // random numbers that are as good as they should be
    bool random = false;           // any random numbers
};

inline constinit thread_local refusals refused;

// What is refused in a test is granted after it, however it ends.
struct granted_in_the_end {
    ~granted_in_the_end() { refused = {}; }
};

} // namespace ferry::test
