// SPDX-License-Identifier: BSL-1.0
#include "memory/usage.hpp"

#include "memory/mapped.hpp"
#include "runner/system_file.hpp"

#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ferry::bench {

namespace {

constexpr const char *status = "/proc/self/status";

#ifdef __GLIBC__
// Whether the C library's malloc is the one that serves: what it counts grows with an allocation.
bool own_malloc_serves() {
    constexpr std::size_t size = std::size_t{1} << 20;
    const auto in_use = [] {
        const auto info = mallinfo2();
        return info.uordblks + info.hblkhd;
    };
    const auto before = in_use();
    void *volatile block = std::malloc(size);
    const bool counted = in_use() >= before + size;
    std::free(block);
    return counted;
}
#endif

std::optional<std::size_t> allocated_bytes() {
#ifdef __GLIBC__
    static const bool known = own_malloc_serves();
    if (!known)
        return std::nullopt;
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd + mapped_bytes();
#else
    return std::nullopt;
#endif
}

} // namespace

memory_usage current_usage() { return {allocated_bytes(), bytes_in(status, "VmRSS")}; }

std::size_t resident_peak() { return bytes_in(status, "VmHWM"); }

void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

} // namespace ferry::bench
