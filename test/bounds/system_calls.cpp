// SPDX-License-Identifier: BSL-1.0
#include "system_calls.hpp"

#include <algorithm>

#include <sys/mman.h>
#include <sys/types.h>

using ferry::test::asked;
using ferry::test::provides_nothing;

extern "C" {

void *__real_mmap(void *at, std::size_t bytes, int protection, int flags, int file, off_t offset);
int __real_munmap(void *at, std::size_t bytes);
int __real_madvise(void *at, std::size_t bytes, int advice);

void *__wrap_mmap(void *at, std::size_t bytes, int protection, int flags, int file, off_t offset) {
    ++asked.calls;
    return __real_mmap(at, bytes, protection, flags, file, offset);
}

int __wrap_munmap(void *at, std::size_t bytes) {
    ++asked.calls;
    asked.largest_unmapped = std::max(asked.largest_unmapped, bytes);
    return __real_munmap(at, bytes);
}

int __wrap_madvise(void *at, std::size_t bytes, int advice) {
#ifdef MADV_POPULATE_WRITE
    constexpr int populate = MADV_POPULATE_WRITE;
#else
    constexpr int populate = 23;
#endif
    ++asked.calls;
    if (advice == populate) {
        asked.populated += bytes;
        if (provides_nothing)
            return -1;
    }
    if (advice == MADV_DONTNEED)
        asked.dropped += bytes;
    return __real_madvise(at, bytes, advice);
}

} // extern "C"
