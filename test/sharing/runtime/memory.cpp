// SPDX-License-Identifier: BSL-1.0

// operator new and delete: the system's allocator, and the machine knows the blocks. What the
// allocator itself reads and writes is left out.

#include "runtime/memory.hpp"

#include "machine/machine.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace {

using namespace ferry::sharing;

void note_new(void *memory, std::size_t bytes, std::size_t alignment, const void *code) {
    auto &all = machine::instance();
    const auto begin = reinterpret_cast<std::uintptr_t>(memory);
    const in_machine_scope scope;
    if (bytes >= fresh_from_bytes)
        all.lines().forget(begin, bytes);
    if (all.watches_blocks)
        all.known_blocks().add({begin, bytes, alignment, code});
}

void note_delete(void *memory) {
    auto &all = machine::instance();
    const in_machine_scope scope;
    if (all.watches_blocks)
        all.known_blocks().remove(reinterpret_cast<std::uintptr_t>(memory));
}

// alignment 0: the usual one.
void *allocate(std::size_t bytes, std::size_t alignment, const void *code) noexcept {
    bytes = std::max<std::size_t>(bytes, 1);
    void *memory = nullptr;
    if (alignment <= alignof(std::max_align_t))
        memory = std::malloc(bytes);
    else if (posix_memalign(&memory, alignment, bytes) != 0)
        memory = nullptr;
    if (memory != nullptr && !in_machine)
        note_new(memory, bytes, alignment, code);
    return memory;
}

void *allocate_or_throw(std::size_t bytes, std::size_t alignment, const void *code) {
    void *memory = allocate(bytes, alignment, code);
    if (memory == nullptr)
        throw std::bad_alloc();
    return memory;
}

void release(void *memory) noexcept {
    if (memory != nullptr && !in_machine)
        note_delete(memory);
    std::free(memory);
}

std::size_t bytes_of(std::align_val_t alignment) { return static_cast<std::size_t>(alignment); }

} // namespace

#define CALLER __builtin_return_address(0)

void *operator new(std::size_t bytes) { return allocate_or_throw(bytes, 0, CALLER); }
void *operator new[](std::size_t bytes) { return allocate_or_throw(bytes, 0, CALLER); }
void *operator new(std::size_t bytes, const std::nothrow_t &) noexcept {
    return allocate(bytes, 0, CALLER);
}
void *operator new[](std::size_t bytes, const std::nothrow_t &) noexcept {
    return allocate(bytes, 0, CALLER);
}
void *operator new(std::size_t bytes, std::align_val_t alignment) {
    return allocate_or_throw(bytes, bytes_of(alignment), CALLER);
}
void *operator new[](std::size_t bytes, std::align_val_t alignment) {
    return allocate_or_throw(bytes, bytes_of(alignment), CALLER);
}
void *operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t &) noexcept {
    return allocate(bytes, bytes_of(alignment), CALLER);
}
void *operator new[](std::size_t bytes, std::align_val_t alignment,
                     const std::nothrow_t &) noexcept {
    return allocate(bytes, bytes_of(alignment), CALLER);
}

void operator delete(void *memory) noexcept { release(memory); }
void operator delete[](void *memory) noexcept { release(memory); }
void operator delete(void *memory, std::size_t) noexcept { release(memory); }
void operator delete[](void *memory, std::size_t) noexcept { release(memory); }
void operator delete(void *memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void *memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void *memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void *memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete(void *memory, const std::nothrow_t &) noexcept { release(memory); }
void operator delete[](void *memory, const std::nothrow_t &) noexcept { release(memory); }
void operator delete(void *memory, std::align_val_t, const std::nothrow_t &) noexcept {
    release(memory);
}
