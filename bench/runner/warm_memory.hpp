// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

#include <sys/mman.h>

namespace ferry::bench {

// Has the system provide so many bytes and takes them back, so that it has them at hand. The host
// of a virtual machine often backs memory only when it is touched for the first time, or again
// after a while: that takes several times as long as a page fault, and would be measured with
// whichever map came to it.
inline void warm_memory(std::size_t bytes) {
    constexpr std::size_t page = 4096;
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return;
    for (std::size_t i = 0; i < bytes; i += page)
        static_cast<volatile char *>(memory)[i] = 1;
    munmap(memory, bytes);
}

} // namespace ferry::bench
