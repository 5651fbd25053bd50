// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "runner/subject.hpp"

#include <algorithm>
#include <cstddef>

#include <sys/mman.h>
#include <unistd.h>

namespace ferry::bench {

// About twice what ferry takes for n elements while it grows.
inline std::size_t bytes_to_warm(element of, std::size_t n) {
    switch (of) {
    case element::u64:
        return n * 100;
    case element::string:
        return n * 250;
    case element::string_64:
        break;
    }
    return n * 400;
}

// Has the system provide so many bytes, of half the memory that is free at most, and takes them
// back, so that it has them at hand. The host of a virtual machine often backs memory only when it
// is touched for the first time, or again after a while: that takes several times as long as a page
// fault, and would be measured with whichever map came to it.
inline void warm_memory(std::size_t bytes) {
    const long page = sysconf(_SC_PAGESIZE);
    const long pages = sysconf(_SC_AVPHYS_PAGES);
    if (page <= 0 || pages <= 0)
        return;
    const auto unit = static_cast<std::size_t>(page);
    bytes = std::min(bytes, unit * static_cast<std::size_t>(pages) / 2);
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return;
    for (std::size_t i = 0; i < bytes; i += unit)
        static_cast<volatile char *>(memory)[i] = 1;
    munmap(memory, bytes);
}

} // namespace ferry::bench
