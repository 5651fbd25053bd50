// SPDX-License-Identifier: BSL-1.0
#include "stage/warm_memory.hpp"

#include "runner/system_file.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>

#include <sys/mman.h>
#include <unistd.h>

namespace ferry::bench {

namespace {

constexpr std::size_t unknown = ~std::size_t{0};

std::size_t number_in(const char *file) {
    std::size_t bytes = 0;
    return std::ifstream(file) >> bytes ? bytes : unknown;
}

// Of the machine, and of the container if there is one.
std::size_t free_bytes() {
    const auto bytes = bytes_in("/proc/meminfo", "MemAvailable");
    const auto most = number_in("/sys/fs/cgroup/memory.max");
    const auto taken = number_in("/sys/fs/cgroup/memory.current");
    if (most == unknown || taken == unknown)
        return bytes;
    return std::min(bytes, most - std::min(most, taken));
}

// About twice what ferry takes for an element while it grows.
std::size_t bytes_an_element(element of) {
    switch (of) {
    case element::u64:
        return 100;
    case element::string:
        return 250;
    case element::string_64:
        break;
    }
    return 400;
}

} // namespace

void warm_memory_for(const occasion &coming) {
    if (coming.use != map_use::own_maps)
        return;
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const auto bytes = std::min(coming.n * bytes_an_element(coming.of), free_bytes() / 2);
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) // or there is nothing to warm
        return;
    for (std::size_t i = 0; i < bytes; i += page)
        static_cast<volatile char *>(memory)[i] = 1;
    munmap(memory, bytes);
}

} // namespace ferry::bench
