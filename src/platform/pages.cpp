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
constexpr bool faults_for_writing = false; // aarch64 takes one for reading, and then another
#endif

constexpr bool comes_in_pages(std::size_t bytes) noexcept { return bytes >= pages_from_bytes; }

/// Whether a retired table at this address can be kept with its kind in a word.
bool is_usable(const void *memory) noexcept {
    return reinterpret_cast<std::uintptr_t>(memory) >> table_address_bits == 0;
}

/// One write to each page, that changes nothing: of 0 where there is 0 already. (Or'ing 0 to it
/// would not do: a compiler may make that a read.)
void touch_for_writing(void *from, std::size_t bytes) noexcept {
    auto *at = static_cast<std::byte *>(from);
    for (std::byte *const end = at + bytes; at != end; at += page_bytes) {
        std::uint64_t nothing = 0;
        // Failure: there is something else, and the page with it.
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
    // Advice: where it is not taken the table is the same, only slower.
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
    // For one page a fault takes half as long as the call, where a read-modify-write is a fault for
    // writing from the start.
    if (bytes == page_bytes && faults_for_writing) {
        touch_for_writing(from, bytes);
        return true;
    }
    // Interrupted, or for the moment without what it needs: the next call goes on from there.
    constexpr int most_attempts = 16;
    for (int attempts = 0; attempts != most_attempts; ++attempts) {
        if (madvise(from, bytes, advice) == 0) {
            return true;
        }
        switch (errno) {
        case EINTR:
        case EAGAIN:
            break;
        case ENOMEM: // a limit of the process's group, for one: to touch a page would end the
                     // process
        case EFAULT:
#ifdef EHWPOISON
        case EHWPOISON:
#endif
            return false;
        default: // EINVAL: an older system does not know the advice; some refuse what they do not
                 // know
            touch_for_writing(from, bytes);
            return true;
        }
    }
    return true; // what is missing is provided when it is first used
}

// A piece's pages go first, which only takes the system a look at them, under a lock that others
// share; the addresses follow in longer stretches, as that costs more than a piece is worth.
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
