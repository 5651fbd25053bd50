// SPDX-License-Identifier: BSL-1.0
#pragma once

// The global operator new of the program (api/memory_supply.cpp) gives what it is allowed to.

#include <cstddef>

namespace ferry::test {

// Of this thread: how many requests succeed before one fails, and whether all fail after it.
struct supply {
    bool limited = false;
    bool once = false;
    std::size_t left = 0;
    std::size_t requests = 0;

    bool give() {
        ++requests;
        if (!limited) {
            return true;
        }
        if (left > 0) {
            --left;
            return true;
        }
        limited = !once;
        return false;
    }
};

inline constinit thread_local supply memory;

/// Blocks that this thread was given, less those that it gave back.
inline constinit thread_local std::ptrdiff_t blocks_held = 0;

class no_memory {
public:
    explicit no_memory(std::size_t after = 0, bool once = false) {
        memory = {.limited = true, .once = once, .left = after};
    }
    ~no_memory() { memory = {}; }
    no_memory(const no_memory &) = delete;
    no_memory &operator=(const no_memory &) = delete;
};

} // namespace ferry::test
