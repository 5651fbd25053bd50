// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/platform/barrier.hpp"

#if defined(__linux__) && __has_include(<linux/membarrier.h>)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#define FERRY_HAS_MEMBARRIER 1
#endif

FERRY_DETAIL_BEGIN

#ifdef FERRY_HAS_MEMBARRIER

#if !FERRY_TSAN && !defined(FERRY_SYMMETRIC_BARRIER)
namespace {

// Registers when the library is loaded. In a process that has several threads, the first
// registration waits until the kernel has seen all processors pass. No operation should wait for
// that.
[[gnu::constructor(101)]] void register_early() noexcept {
    static_cast<void>(heavy_barrier_available());
}

} // namespace
#endif

bool heavy_barrier_available() noexcept {
    // Registering twice is harmless, so threads that ask at once need not wait for each other.
    const long commands = syscall(__NR_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
    return commands > 0 && (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0 &&
           syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

bool heavy_barrier() noexcept {
    return syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
}

#else

bool heavy_barrier_available() noexcept { return false; }

bool heavy_barrier() noexcept { return false; }

#endif

FERRY_DETAIL_END
