// SPDX-License-Identifier: BSL-1.0

// The system of a model build: what src/platform and src/reclaim/thread_exit.cpp do in an ordinary
// one, and memory.

#include "sched/allocation.hpp"
#include "sched/execution.hpp"
#include "sched/machine.hpp"

#include <ferry/detail/platform/assert.hpp>
#include <ferry/detail/platform/barrier.hpp>
#include <ferry/detail/platform/clock.hpp>
#include <ferry/detail/platform/cpu.hpp>
#include <ferry/detail/platform/hashing.hpp>
#include <ferry/detail/platform/pages.hpp>
#include <ferry/detail/platform/wide_cas_instruction.hpp>

#include <reclaim/advance_pace.hpp>
#include <reclaim/thread_registry.hpp>

#include <cstdlib>
#include <cstring>
#include <new>

FERRY_DETAIL_BEGIN

void assertion_failed(const char *sentence, const char *, int) noexcept { model::fault(sentence); }

bool heavy_barrier_available() noexcept { return true; }
bool heavy_barrier() noexcept { return model::heavy_barrier(); }

bool has_wide_cas() noexcept { return true; }

unsigned processor_count() noexcept { return 1; }

key_material random_key() noexcept { return key_material::expand(1); }

// That all threads look the same changes nothing: one lives on in a child of fork, and takes its
// records along.
std::uint64_t thread_registry::process_number() noexcept { return model::in_child() ? 2 : 1; }
std::uint64_t thread_registry::this_owner() noexcept {
    return process_number() << 3 | owner_thread;
}
bool thread_registry::is_first_of_process() noexcept { return false; }

// A scenario's threads release their records themselves.
void thread_registry::await_exit() noexcept {}

advance_pace &advance_pace::of(barrier_kind kind) noexcept {
    static_assert(2 * sizeof(advance_pace) <= model::process_storage_bytes);
    return static_cast<advance_pace *>(model::process_storage())[kind == symmetric_barrier];
}

std::uint64_t steady_nanoseconds() noexcept { return model::clock(); }

void *allocate_zeroed(std::size_t bytes, bool) noexcept {
    void *const memory = ::operator new (bytes, std::align_val_t{apart_bytes}, std::nothrow);
    return memory != nullptr ? std::memset(memory, 0, bytes) : nullptr;
}
bool populate_for_writing(void *, std::size_t) noexcept { return true; }
// In two pieces, the second of which is all.
std::size_t release_piece(void *memory, std::size_t left, std::size_t bytes, bool) noexcept {
    if (left == bytes)
        return 1;
    ::operator delete (memory, std::align_val_t{apart_bytes});
    return 0;
}
void release_untouched(void *memory, std::size_t) noexcept {
    ::operator delete (memory, std::align_val_t{apart_bytes});
}

FERRY_DETAIL_END

// --- operator new and delete -------------------------------------------------------------------

namespace {

void *get(std::size_t bytes, std::size_t alignment) {
    void *const place =
        ferry::model::is_inside()
            ? ferry::model::allocate(bytes, alignment)
            : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (place == nullptr)
        throw std::bad_alloc();
    return place;
}

void give_back(void *place) noexcept {
    if (!ferry::model::in_arena(place))
        std::free(place);
    else if (ferry::model::is_inside())
        ferry::model::release(place);
}

constexpr std::size_t usual = alignof(std::max_align_t);

} // namespace

void *operator new(std::size_t bytes) { return get(bytes, usual); }
void *operator new(std::size_t bytes, std::align_val_t alignment) {
    return get(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void *place) noexcept { give_back(place); }
void operator delete(void *place, std::size_t) noexcept { give_back(place); }
void operator delete(void *place, std::align_val_t) noexcept { give_back(place); }
void operator delete(void *place, std::size_t, std::align_val_t) noexcept { give_back(place); }
