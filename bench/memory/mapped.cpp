// SPDX-License-Identifier: BSL-1.0

// mmap and munmap of this program stand before those of the C library, whose own calls do not come
// by here. They count and pass on.

#include "memory/mapped.hpp"

#include <atomic>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

// relaxed everywhere: a count, read when nobody maps.
std::atomic<std::ptrdiff_t> mapped{0};

void count(std::ptrdiff_t bytes) noexcept { mapped.fetch_add(bytes, std::memory_order_relaxed); }

void *map(void *address, std::size_t length, int protection, int flags, int file,
          off_t offset) noexcept {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): that is what the kernel gives.
    auto *const place = reinterpret_cast<void *>(
        syscall(SYS_mmap, address, length, protection, flags, file, offset));
    if (place == MAP_FAILED)
        return place;
    const auto bytes = static_cast<std::ptrdiff_t>(length);
    if ((protection & PROT_WRITE) != 0)
        count(bytes);
    else if ((flags & MAP_FIXED) != 0 && protection == PROT_NONE)
        count(-bytes); // given up in place
    return place;
}

} // namespace

// By the names under which the linker knows them: to the compiler mmap may be another word for
// mmap64.
extern "C" {
void *counting_mmap(void *, std::size_t, int, int, int, off_t) noexcept asm("mmap");
void *counting_mmap64(void *, std::size_t, int, int, int, off_t) noexcept asm("mmap64");
int counting_munmap(void *, std::size_t) noexcept asm("munmap");
}

void *counting_mmap(void *address, std::size_t length, int protection, int flags, int file,
                    off_t offset) noexcept {
    return map(address, length, protection, flags, file, offset);
}

void *counting_mmap64(void *address, std::size_t length, int protection, int flags, int file,
                      off_t offset) noexcept {
    return map(address, length, protection, flags, file, offset);
}

int counting_munmap(void *address, std::size_t length) noexcept {
    const auto result = static_cast<int>(syscall(SYS_munmap, address, length));
    if (result == 0)
        count(-static_cast<std::ptrdiff_t>(length));
    return result;
}

namespace ferry::bench {

std::size_t mapped_bytes() noexcept {
    const auto bytes = mapped.load(std::memory_order_relaxed);
    return bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

} // namespace ferry::bench
