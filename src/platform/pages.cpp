// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/platform/pages.hpp"

#include "ferry/detail/platform/assert.hpp"
#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/tuning.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <new>

#include <sys/mman.h>

FERRY_DETAIL_BEGIN

namespace {

constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

#ifdef __x86_64__
constexpr bool faults_for_writing = true;
#else
constexpr bool faults_for_writing = false; // aarch64 faults for reading, then for writing
#endif

constexpr bool comes_in_pages(std::size_t bytes) noexcept { return bytes >= pages_from_bytes; }

/// Whether the address of a retired table fits into a word with its kind (table_address_bits).
bool is_usable(const void *memory) noexcept {
    return reinterpret_cast<std::uintptr_t>(memory) >> table_address_bits == 0;
}

/// Writes to each page without changing it, by replacing a 0 with 0. (OR with 0 would not do: a
/// compiler may turn it into a read.)
void touch_for_writing(void *from, std::size_t bytes) noexcept {
    auto *at = static_cast<std::byte *>(from);
    for (std::byte *const end = at + bytes; at != end; at += page_bytes) {
        std::uint64_t nothing = 0;
        // Failure: the word is not 0, so the page is there.
        // relaxed: changes nothing and orders nothing
        reinterpret_cast<atomic<std::uint64_t> *>(at)->compare_exchange_strong(nothing, 0, relaxed,
                                                                               relaxed);
    }
}

} // namespace

void *allocate_zeroed(std::size_t bytes, bool huge) noexcept {
    if (!comes_in_pages(bytes)) {
        void *memory = ::operator new (bytes, std::align_val_t{apart_bytes}, std::nothrow);
        if (!is_usable(memory)) {
            release_untouched(memory, bytes);
            return nullptr;
        }
        return memory != nullptr ? std::memset(memory, 0, bytes) : nullptr;
    }
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return nullptr;
    }
    if (!is_usable(memory)) {
        release_untouched(memory, bytes);
        return nullptr;
    }
#if defined(MADV_HUGEPAGE) && defined(MADV_NOHUGEPAGE)
    // Only advice: if the system does not take it, the table is slower.
    static_cast<void>(madvise(memory, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE));
#else
    static_cast<void>(huge);
#endif
    return memory;
}

bool populate_for_writing(void *from, std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_WRITE
    constexpr int advice = MADV_POPULATE_WRITE;
#else
    constexpr int advice = 23; // Linux 5.14
#endif
    // For one page, a fault takes half as long as the call, provided that a read-modify-write
    // faults for writing from the start.
    if (bytes == page_bytes && faults_for_writing) {
        touch_for_writing(from, bytes);
        return true;
    }
    // The call may be interrupted, or lack a resource for the moment. The next call goes on from
    // there.
    constexpr int most_attempts = 16;
    for (int attempts = 0; attempts != most_attempts; ++attempts) {
        if (madvise(from, bytes, advice) == 0) {
            return true;
        }
        switch (errno) {
        case EINTR:
        case EAGAIN:
            break;
        case ENOMEM: // for example a limit of the process's group: touching would end the process
        case EFAULT:
#ifdef EHWPOISON
        case EHWPOISON:
#endif
            return false;
        default: // EINVAL: an older system without this advice; some systems return other errors
            touch_for_writing(from, bytes);
            return true;
        }
    }
    return true; // a missing page is provided at its first use
}

// First a piece's pages are given back. That takes the system one pass over them, under a lock that
// other threads share. The addresses follow in longer stretches, because unmapping costs more than
// one piece is worth.
std::size_t release_piece(void *memory, std::size_t left, std::size_t bytes, bool huge) noexcept {
    static_assert(release_stretch % huge_page_bytes == 0 && release_stretch % release_bytes == 0,
                  "some piece begins where a stretch does");
    if (!comes_in_pages(bytes)) {
        release_untouched(memory, bytes);
        return 0;
    }
    FERRY_ASSERT(left != 0 && left <= bytes, "it has been given back");
    const std::size_t piece = huge ? huge_page_bytes : release_bytes;
    const auto begin = reinterpret_cast<std::uintptr_t>(memory);
    const std::uintptr_t end = begin + left;
    const std::uintptr_t from = std::max(begin, (end - 1) / piece * piece);
    if (from == begin || from % release_stretch == 0) {
        const std::size_t stretches = (end + release_stretch - 1) / release_stretch;
        const std::uintptr_t end_of_mapping = std::min(begin + bytes, stretches * release_stretch);
        munmap(reinterpret_cast<void *>(from), end_of_mapping - from);
    } else {
        madvise(reinterpret_cast<void *>(from), end - from, MADV_DONTNEED);
    }
    return from - begin;
}

void release_untouched(void *memory, std::size_t bytes) noexcept {
    if (comes_in_pages(bytes)) {
        munmap(memory, bytes);
    } else {
        ::operator delete (memory, std::align_val_t{apart_bytes});
    }
}

FERRY_DETAIL_END
