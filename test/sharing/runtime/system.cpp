// SPDX-License-Identifier: BSL-1.0

// The system as programs on the machine see it: 64 processors, the time of a core's clock, and a
// kernel that interrupts nobody and puts nobody to sleep. --wrap leads the calls of what is linked
// here to __wrap_…; what shared libraries call is found here by its name.

#include "machine/costs.hpp"
#include "runtime/report.hpp"

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace {

using namespace ferry::sharing;

constexpr std::size_t page_bytes = 4096;

void block_appears(void *memory, std::size_t bytes, const void *code) {
    const in_machine_scope scope;
    auto &all = machine::instance();
    const auto begin = reinterpret_cast<std::uintptr_t>(memory);
    all.lines().forget(begin, bytes);
    if (all.watches_blocks)
        all.known_blocks().add({begin, bytes, page_bytes, code});
}

void block_goes(void *memory, std::size_t bytes) {
    const in_machine_scope scope;
    auto &all = machine::instance();
    const auto begin = reinterpret_cast<std::uintptr_t>(memory);
    all.lines().forget(begin, bytes);
    if (all.watches_blocks)
        all.known_blocks().remove(begin);
}

} // namespace

extern "C" {

// --- processors and time ---

int get_nprocs() noexcept { return static_cast<int>(most_cores); }

int clock_gettime(clockid_t which, timespec *time) noexcept {
    const core *self = this_core;
    if (self == nullptr)
        return static_cast<int>(syscall(SYS_clock_gettime, which, time));
    constexpr std::uint64_t second = 1'000'000'000;
    const std::uint64_t nanoseconds = second + self->clock / costs::cycles_per_nanosecond;
    time->tv_sec = static_cast<time_t>(nanoseconds / second);
    time->tv_nsec = static_cast<long>(nanoseconds % second);
    return 0;
}

// --- calls to the kernel ---

long __real_syscall(long number, long, long, long, long, long, long);

// One core runs at a time, which orders everything: a heavy barrier has nothing to do. A futex is
// waited for as by a thread that is woken for no reason: it looks again.
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f) {
    if (number == SYS_membarrier)
        return a == MEMBARRIER_CMD_QUERY ? MEMBARRIER_CMD_PRIVATE_EXPEDITED : 0;
    if (number == SYS_futex && this_core != nullptr) {
        machine::instance().yield(*this_core);
        return 0;
    }
    return __real_syscall(number, a, b, c, d, e, f);
}

// --- memory ---

void *__real_mmap(void *, std::size_t, int, int, int, off_t);
int __real_munmap(void *, std::size_t);
int __real_madvise(void *, std::size_t, int);
void *__real_memset(void *, int, std::size_t);
void *__real_memcpy(void *, const void *, std::size_t);
void *__real_memmove(void *, const void *, std::size_t);

void *__wrap_mmap(void *at, std::size_t bytes, int protection, int flags, int file, off_t offset) {
    void *memory = __real_mmap(at, bytes, protection, flags, file, offset);
    if (memory != MAP_FAILED)
        block_appears(memory, bytes, __builtin_return_address(0));
    return memory;
}

// The same, by the name that it has where files may be large.
void *__wrap_mmap64(void *at, std::size_t bytes, int protection, int flags, int file,
                    off_t offset) {
    void *memory = __real_mmap(at, bytes, protection, flags, file, offset);
    if (memory != MAP_FAILED)
        block_appears(memory, bytes, __builtin_return_address(0));
    return memory;
}

int __wrap_munmap(void *at, std::size_t bytes) {
    block_goes(at, bytes);
    return __real_munmap(at, bytes);
}

int __wrap_madvise(void *at, std::size_t bytes, int advice) {
    if (advice == MADV_DONTNEED) {
        const in_machine_scope scope;
        machine::instance().lines().forget(reinterpret_cast<std::uintptr_t>(at), bytes);
    }
    return __real_madvise(at, bytes, advice);
}

void *__wrap_memset(void *to, int value, std::size_t bytes) {
    if (bytes != 0)
        report(to, bytes, ferry::sharing::access_kind::write, __builtin_return_address(0));
    return __real_memset(to, value, bytes);
}

void *__wrap_memcpy(void *to, const void *from, std::size_t bytes) {
    if (bytes != 0) {
        report(from, bytes, ferry::sharing::access_kind::read, __builtin_return_address(0));
        report(to, bytes, ferry::sharing::access_kind::write, __builtin_return_address(0));
    }
    return __real_memcpy(to, from, bytes);
}

void *__wrap_memmove(void *to, const void *from, std::size_t bytes) {
    if (bytes != 0) {
        report(from, bytes, ferry::sharing::access_kind::read, __builtin_return_address(0));
        report(to, bytes, ferry::sharing::access_kind::write, __builtin_return_address(0));
    }
    return __real_memmove(to, from, bytes);
}
}
