// SPDX-License-Identifier: BSL-1.0
#include "runner/warm_memory.hpp"

#include <algorithm>
#include <fstream>
#include <string>

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
    std::size_t bytes = 0;
    std::ifstream in("/proc/meminfo");
    for (std::string word; in >> word;)
        if (std::size_t kibibytes = 0; word == "MemAvailable:" && in >> kibibytes)
            bytes = kibibytes * 1024;
    const auto most = number_in("/sys/fs/cgroup/memory.max");
    const auto taken = number_in("/sys/fs/cgroup/memory.current");
    if (most != unknown && taken != unknown)
        bytes = std::min(bytes, most - std::min(most, taken));
    return bytes;
}

} // namespace

std::size_t bytes_to_warm(element of, std::size_t n) {
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

void warm_memory(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    bytes = std::min(bytes, free_bytes() / 2);
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) // or there is nothing to warm
        return;
    for (std::size_t i = 0; i < bytes; i += page)
        static_cast<volatile char *>(memory)[i] = 1;
    munmap(memory, bytes);
}

} // namespace ferry::bench
