// SPDX-License-Identifier: BSL-1.0
#include "counts.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

#include <malloc.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <ferry/detail/platform/cpu.hpp>
#include <ferry/detail/reclaim/thread_record.hpp>

namespace ferry::test {

namespace {

// A share for each of a few threads: counting shall not put the threads of a test in line.
struct alignas(128) share {
    std::atomic<std::int64_t> of[held_kinds];
};

constexpr unsigned shares = 32;
constinit share counts[shares];
constinit std::atomic<unsigned> threads{0};

share &own() noexcept {
    constinit static thread_local unsigned number = 0;
    if (number == 0)
        number = 1 + threads.fetch_add(1, std::memory_order_relaxed) % shares;
    return counts[number - 1];
}

// Of the blocks with this alignment a map's settings and its small tables are large, and thread
// records and the maps themselves small.
constexpr std::size_t map_alignment = detail::apart_bytes;
constexpr std::size_t least_bytes = 320;
static_assert(sizeof(detail::thread_record) < least_bytes / 2);

void count_block(void *place, std::align_val_t alignment, std::int64_t change) noexcept {
    if (place != nullptr && alignment == std::align_val_t{map_alignment} &&
        ::malloc_usable_size(place) >= least_bytes)
        count_held(held_kind::blocks, change);
}

} // namespace

void count_held(held_kind kind, std::int64_t change) noexcept {
    own().of[static_cast<unsigned>(kind)].fetch_add(change, std::memory_order_relaxed);
}

held_memory held_now() noexcept {
    held_memory sum;
    for (const share &each : counts)
        for (std::size_t kind = 0; kind != held_kinds; ++kind)
            sum.of[kind] += each.of[kind].load(std::memory_order_relaxed);
    return sum;
}

std::string held_since(const held_memory &before, const held_memory &now) {
    static constexpr const char *names[held_kinds] = {
        "nodes", "boxes", "blocks of tables or settings", "bytes of mapped tables"};
    std::string text;
    for (std::size_t kind = 0; kind != held_kinds; ++kind)
        if (const std::int64_t more = now.of[kind] - before.of[kind]; more != 0)
            text += (text.empty() ? "" : ", ") + std::to_string(more) + ' ' + names[kind];
    return text;
}

} // namespace ferry::test

// --- what the program's calls are led through ---

using ferry::test::count_block;
using ferry::test::count_held;
using ferry::test::held_kind;

extern "C" {

void *__real__ZnwmSt11align_val_t(std::size_t bytes, std::align_val_t alignment);
void *__wrap__ZnwmSt11align_val_t(std::size_t bytes, std::align_val_t alignment) {
    void *const place = __real__ZnwmSt11align_val_t(bytes, alignment);
    count_block(place, alignment, 1);
    return place;
}

void *__real__ZnwmSt11align_val_tRKSt9nothrow_t(std::size_t bytes, std::align_val_t alignment,
                                                const std::nothrow_t &tag) noexcept;
void *__wrap__ZnwmSt11align_val_tRKSt9nothrow_t(std::size_t bytes, std::align_val_t alignment,
                                                const std::nothrow_t &tag) noexcept {
    void *const place = __real__ZnwmSt11align_val_tRKSt9nothrow_t(bytes, alignment, tag);
    count_block(place, alignment, 1);
    return place;
}

void __real__ZdlPvSt11align_val_t(void *place, std::align_val_t alignment) noexcept;
void __wrap__ZdlPvSt11align_val_t(void *place, std::align_val_t alignment) noexcept {
    count_block(place, alignment, -1);
    __real__ZdlPvSt11align_val_t(place, alignment);
}

void __real__ZdlPvmSt11align_val_t(void *place, std::size_t bytes,
                                   std::align_val_t alignment) noexcept;
void __wrap__ZdlPvmSt11align_val_t(void *place, std::size_t bytes,
                                   std::align_val_t alignment) noexcept {
    count_block(place, alignment, -1);
    __real__ZdlPvmSt11align_val_t(place, bytes, alignment);
}

void *__real_mmap(void *at, std::size_t bytes, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *at, std::size_t bytes, int protection, int flags, int file, off_t offset) {
    void *const memory = __real_mmap(at, bytes, protection, flags, file, offset);
    if (memory != MAP_FAILED)
        count_held(held_kind::mapped_bytes, static_cast<std::int64_t>(bytes));
    return memory;
}
// The same, where file offsets are asked for in 64 bits.
void *__wrap_mmap64(void *at, std::size_t bytes, int protection, int flags, int file,
                    off_t offset) {
    return __wrap_mmap(at, bytes, protection, flags, file, offset);
}

int __real_munmap(void *at, std::size_t bytes);
int __wrap_munmap(void *at, std::size_t bytes) {
    const int result = __real_munmap(at, bytes);
    if (result == 0)
        count_held(held_kind::mapped_bytes, -static_cast<std::int64_t>(bytes));
    return result;
}

} // extern "C"
