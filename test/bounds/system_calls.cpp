// SPDX-License-Identifier: BSL-1.0
#include "system_calls.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <new>
#include <vector>

#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include <ferry/detail/platform/pages.hpp>

using ferry::test::asked;
using ferry::test::refused;

namespace {

constexpr std::uintptr_t tag = std::uintptr_t{0xb4} << 56;

void *tagged(void *memory) {
    if (!refused.addresses || memory == nullptr)
        return memory;
    ++asked.tagged;
    return reinterpret_cast<void *>(reinterpret_cast<std::uintptr_t>(memory) | tag);
}

void *untagged(void *memory) {
    const auto address = reinterpret_cast<std::uintptr_t>(memory);
    if ((address & tag) != tag)
        return memory;
    ++asked.tagged_back;
    return reinterpret_cast<void *>(address & ~tag);
}

// Bytes of memory that are there, at these addresses.
std::size_t resident(void *at, std::size_t bytes) {
    constexpr std::size_t page = ferry::detail::page_bytes;
    const unsigned allocations = asked.allocations;
    std::vector<unsigned char> pages((bytes + page - 1) / page);
    asked.allocations = allocations; // that one is ours
    const bool told = mincore(at, bytes, pages.data()) == 0;
    std::size_t sum = 0;
    for (const unsigned char each : pages)
        sum += told && (each & 1) == 0 ? 0 : page;
    return sum;
}

} // namespace

extern "C" {

void *__real__ZnwmSt11align_val_tRKSt9nothrow_t(std::size_t bytes, std::align_val_t alignment,
                                                const std::nothrow_t &no_throw) noexcept;
void __real__ZdlPvSt11align_val_t(void *place, std::align_val_t alignment) noexcept;

void *__wrap__ZnwmSt11align_val_tRKSt9nothrow_t(std::size_t bytes, std::align_val_t alignment,
                                                const std::nothrow_t &no_throw) noexcept {
    ++asked.small_tables;
    if (refused.small_tables)
        return nullptr;
    asked.heap_bytes += bytes;
    return tagged(__real__ZnwmSt11align_val_tRKSt9nothrow_t(bytes, alignment, no_throw));
}
void __wrap__ZdlPvSt11align_val_t(void *place, std::align_val_t alignment) noexcept {
    __real__ZdlPvSt11align_val_t(untagged(place), alignment);
}

void *__real__Znwm(std::size_t bytes);
void *__real__ZnwmSt11align_val_t(std::size_t bytes, std::align_val_t alignment);
void *__real_malloc(std::size_t bytes) noexcept;

void *__wrap__Znwm(std::size_t bytes) {
    ++asked.allocations;
    asked.heap_bytes += bytes;
    return __real__Znwm(bytes);
}
void *__wrap__ZnwmSt11align_val_t(std::size_t bytes, std::align_val_t alignment) {
    ++asked.allocations;
    asked.heap_bytes += bytes;
    return __real__ZnwmSt11align_val_t(bytes, alignment);
}
void *__wrap_malloc(std::size_t bytes) noexcept {
    ++asked.allocations;
    asked.heap_bytes += bytes;
    return __real_malloc(bytes);
}

void *__real_mmap(void *at, std::size_t bytes, int protection, int flags, int file, off_t offset);
int __real_munmap(void *at, std::size_t bytes);
int __real_madvise(void *at, std::size_t bytes, int advice);
long __real_syscall(long number, ...);
ssize_t __real_getrandom(void *to, std::size_t bytes, unsigned flags);

void *__wrap_mmap(void *at, std::size_t bytes, int protection, int flags, int file, off_t offset) {
    ++asked.mappings;
    if (refused.mappings || (refused.mapping != 0 && --refused.mapping == 0)) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    void *const memory = __real_mmap(at, bytes, protection, flags, file, offset);
    if (memory == MAP_FAILED)
        return memory;
    asked.mapped += bytes;
    asked.newest_mapping = memory;
    return tagged(memory);
}

// The same, where file offsets are asked for in 64 bits.
void *__wrap_mmap64(void *at, std::size_t bytes, int protection, int flags, int file,
                    off_t offset) {
    return __wrap_mmap(at, bytes, protection, flags, file, offset);
}

int __wrap_munmap(void *place, std::size_t bytes) {
    void *const at = untagged(place);
    asked.unmapped += bytes;
    asked.largest_unmapped = std::max(asked.largest_unmapped, bytes);
    const std::size_t memory = resident(at, bytes);
    asked.unmapped_memory += memory;
    if (at == asked.newest_mapping) {
        asked.withdrawn += bytes;
        asked.withdrawn_memory += memory;
    }
    return __real_munmap(at, bytes);
}

int __wrap_madvise(void *at, std::size_t bytes, int advice) {
#ifdef MADV_POPULATE_WRITE
    constexpr int populate = MADV_POPULATE_WRITE;
#else
    constexpr int populate = 23;
#endif
    if (advice == populate) {
        asked.populated += bytes;
        const unsigned before = asked.populate_calls++;
        if (refused.populate != 0 && before >= refused.populate_after &&
            before - refused.populate_after < refused.populate_times) {
            errno = refused.populate;
            return -1;
        }
    }
    if (advice == MADV_DONTNEED) {
        asked.dropped += bytes;
        asked.dropped_resident += resident(at, bytes);
    }
    return __real_madvise(at, bytes, advice);
}

ssize_t __wrap_getrandom(void *to, std::size_t bytes, unsigned flags) {
    ++asked.random_numbers;
    if (refused.random || (refused.entropy && flags == GRND_NONBLOCK)) {
        errno = refused.random ? ENOSYS : EAGAIN;
        return -1;
    }
    return __real_getrandom(to, bytes, flags);
}

// Of ferry's, membarrier; the standard library's futex calls come by here as well, with up to six
// arguments. Those that are not passed are read and not used.
long __wrap_syscall(long number, ...) {
    va_list list;
    va_start(list, number);
    long given[6];
    for (long &each : given)
        each = va_arg(list, long);
    va_end(list);
    if (number == __NR_membarrier) {
        const int command = static_cast<int>(given[0]);
        asked.barriers += command == MEMBARRIER_CMD_PRIVATE_EXPEDITED;
        if (refused.barriers && command != MEMBARRIER_CMD_QUERY) {
            errno = ENOSYS;
            return -1;
        }
    }
    return __real_syscall(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

} // extern "C"
