// SPDX-License-Identifier: BSL-1.0

// The global operator new and delete of this program: they ask the supply first. In a file of
// their own, so that no compiler looks through them.

#include <cstddef>
#include <cstdlib>
#include <new>

#include "support/memory_supply.hpp"

using ferry::test::blocks_held;
using ferry::test::memory;

namespace {

void *get(std::size_t bytes, std::size_t alignment) noexcept {
    if (!memory.give()) {
        return nullptr;
    }
    void *const place =
        std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    blocks_held += place != nullptr;
    return place;
}

void give_back(void *place) noexcept {
    blocks_held -= place != nullptr;
    std::free(place);
}

void *get_or_throw(std::size_t bytes, std::size_t alignment) {
    if (void *const place = get(bytes == 0 ? 1 : bytes, alignment)) {
        return place;
    }
    throw std::bad_alloc();
}

constexpr std::size_t usual = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

} // namespace

// The array and sized forms call these.
void *operator new(std::size_t bytes) { return get_or_throw(bytes, usual); }
void *operator new(std::size_t bytes, std::align_val_t alignment) {
    return get_or_throw(bytes, static_cast<std::size_t>(alignment));
}
void *operator new(std::size_t bytes, const std::nothrow_t &) noexcept { return get(bytes, usual); }
void *operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t &) noexcept {
    return get(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void *place) noexcept { give_back(place); }
void operator delete(void *place, std::size_t) noexcept { give_back(place); }
void operator delete(void *place, std::align_val_t) noexcept { give_back(place); }
void operator delete(void *place, std::size_t, std::align_val_t) noexcept { give_back(place); }
void operator delete(void *place, const std::nothrow_t &) noexcept { give_back(place); }
void operator delete(void *place, std::align_val_t, const std::nothrow_t &) noexcept {
    give_back(place);
}
