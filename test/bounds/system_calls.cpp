// SPDX-License-Identifier: BSL-1.0
#include "system_calls.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <vector>

#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include <ferry/detail/platform/pages.hpp>

using ferry::test::asked;
using ferry::test::refused;

extern "C" {

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
    return __real_mmap(at, bytes, protection, flags, file, offset);
}

// The same, where file offsets are asked for in 64 bits.
void *__wrap_mmap64(void *at, std::size_t bytes, int protection, int flags, int file,
                    off_t offset) {
    return __wrap_mmap(at, bytes, protection, flags, file, offset);
}

int __wrap_munmap(void *at, std::size_t bytes) {
    asked.unmapped += bytes;
    asked.largest_unmapped = std::max(asked.largest_unmapped, bytes);
    constexpr std::size_t page = ferry::detail::page_bytes;
    std::vector<unsigned char> resident((bytes + page - 1) / page);
    const bool told = mincore(at, bytes, resident.data()) == 0;
    for (const unsigned char each : resident)
        asked.unmapped_memory += told && (each & 1) == 0 ? 0 : page;
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
        if (refused.pages)
            return -1;
    }
    if (advice == MADV_DONTNEED)
        asked.dropped += bytes;
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
