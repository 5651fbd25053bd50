// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/platform/pages.hpp"

#include "ferry/detail/platform/cpu.hpp"

#include <cstring>
#include <new>

#include <sys/mman.h>

namespace ferry::inline FERRY_ABI::detail {

namespace {

constexpr bool comes_in_pages(std::size_t bytes) noexcept { return bytes >= pages_from_bytes; }

} // namespace

void *allocate_zeroed(std::size_t bytes, bool huge) noexcept {
    if (!comes_in_pages(bytes)) {
        void *memory = ::operator new (bytes, std::align_val_t{apart_bytes}, std::nothrow);
        return memory != nullptr ? std::memset(memory, 0, bytes) : nullptr;
    }
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return nullptr;
    }
#ifdef MADV_HUGEPAGE
    if (huge) {
        // Advice: where it is not taken the table is the same, only slower.
        static_cast<void>(madvise(memory, bytes, MADV_HUGEPAGE));
    }
#else
    static_cast<void>(huge);
#endif
    return memory;
}

void populate_for_writing(void *from, std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_WRITE
    constexpr int advice = MADV_POPULATE_WRITE;
#else
    constexpr int advice = 23; // Linux 5.14; an older kernel refuses, and pages fault one by one
#endif
    static_cast<void>(madvise(from, bytes, advice));
}

void release_zeroed(void *memory, std::size_t bytes) noexcept {
    if (comes_in_pages(bytes)) {
        munmap(memory, bytes);
    } else {
        ::operator delete (memory, std::align_val_t{apart_bytes});
    }
}

} // namespace ferry::inline FERRY_ABI::detail
