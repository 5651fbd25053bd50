// SPDX-License-Identifier: BSL-1.0

// The locks of the system's library, as the maps' calls meet them: std::mutex and std::shared_mutex
// end here. On a core a lock is an atomic access to its line. A thread that
// does not get it waits until it is given back; what the kernel does then is left out. Elsewhere
// they are the library's own.
//
// A mutex is its first word here, too, and 0 when it is free. A reader-writer lock's own words
// differ when it is free, so its state on a core is a word of padding beside them.

#include "machine/costs.hpp"
#include "runtime/report.hpp"

#include <cerrno>
#include <cstdint>

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

namespace {

using namespace ferry::sharing;

template <class Function>
Function *original(const char *name) {
    return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name));
}

#define ORIGINAL(NAME)                                                                             \
    ([]() {                                                                                        \
        static const auto found = original<decltype(NAME)>(#NAME);                                 \
        return found;                                                                              \
    }())
#define CALLER __builtin_return_address(0)

machine &all() { return machine::instance(); }

void locked(const void *at, const void *code) { report(at, 4, access_kind::locked, code); }
void read(const void *at, const void *code) { report(at, 4, access_kind::read, code); }

std::uint32_t &word_of(pthread_mutex_t *mutex) {
    return reinterpret_cast<std::uint32_t &>(mutex->__data.__lock);
}

bool try_lock(pthread_mutex_t *mutex, const void *code) {
    locked(mutex, code);
    if (word_of(mutex) != 0)
        return false;
    word_of(mutex) = 1;
    return true;
}

void lock(pthread_mutex_t *mutex, const void *code) {
    while (!try_lock(mutex, code))
        all().wait_for(*this_core, mutex);
}

void unlock(pthread_mutex_t *mutex, const void *code) {
    locked(mutex, code);
    word_of(mutex) = 0;
    all().wake_first(*this_core, mutex);
}

// Readers, or a writer.
constexpr std::uint32_t writing = 1u << 31;
std::uint32_t &word_of(pthread_rwlock_t *lock) {
    return reinterpret_cast<std::uint32_t &>(lock->__data.__pad3);
}

// All readers that wait are woken together, and writers one by one.
const void *writers_of(const pthread_rwlock_t *lock) { return &lock->__data.__writers; }

bool try_read(pthread_rwlock_t *lock, const void *code) {
    locked(lock, code);
    if ((word_of(lock) & writing) != 0)
        return false;
    ++word_of(lock);
    return true;
}

bool try_write(pthread_rwlock_t *lock, const void *code) {
    locked(lock, code);
    if (word_of(lock) != 0)
        return false;
    word_of(lock) = writing;
    return true;
}

} // namespace

extern "C" {

int pthread_mutex_lock(pthread_mutex_t *mutex) {
    if (this_core == nullptr)
        return ORIGINAL(pthread_mutex_lock)(mutex);
    lock(mutex, CALLER);
    return 0;
}

int pthread_mutex_trylock(pthread_mutex_t *mutex) {
    if (this_core == nullptr)
        return ORIGINAL(pthread_mutex_trylock)(mutex);
    return try_lock(mutex, CALLER) ? 0 : EBUSY;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex) {
    if (this_core == nullptr)
        return ORIGINAL(pthread_mutex_unlock)(mutex);
    unlock(mutex, CALLER);
    return 0;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock) {
    if (this_core == nullptr)
        return ORIGINAL(pthread_rwlock_rdlock)(lock);
    while (!try_read(lock, CALLER))
        all().wait_for(*this_core, lock);
    return 0;
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock) {
    if (this_core == nullptr)
        return ORIGINAL(pthread_rwlock_tryrdlock)(lock);
    return try_read(lock, CALLER) ? 0 : EBUSY;
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock) {
    if (this_core == nullptr)
        return ORIGINAL(pthread_rwlock_wrlock)(lock);
    while (!try_write(lock, CALLER))
        all().wait_for(*this_core, writers_of(lock));
    return 0;
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *lock) {
    if (this_core == nullptr)
        return ORIGINAL(pthread_rwlock_trywrlock)(lock);
    return try_write(lock, CALLER) ? 0 : EBUSY;
}

int pthread_rwlock_unlock(pthread_rwlock_t *lock) {
    if (this_core == nullptr)
        return ORIGINAL(pthread_rwlock_unlock)(lock);
    read(lock, CALLER);
    locked(lock, CALLER);
    std::uint32_t &word = word_of(lock);
    word = word == writing ? 0 : word - 1;
    if (word == 0) {
        all().wake_all(*this_core, lock);
        all().wake_first(*this_core, writers_of(lock));
    }
    return 0;
}

int sched_yield() {
    if (this_core == nullptr)
        return ORIGINAL(sched_yield)();
    all().yield(*this_core);
    return 0;
}

int usleep(useconds_t microseconds) {
    if (this_core == nullptr)
        return ORIGINAL(usleep)(microseconds);
    all().spend(*this_core, microseconds * 1000u * costs::cycles_per_nanosecond);
    all().yield(*this_core);
    return 0;
}

int nanosleep(const timespec *time, timespec *left) {
    if (this_core == nullptr)
        return ORIGINAL(nanosleep)(time, left);
    const auto nanoseconds = static_cast<std::uint64_t>(time->tv_sec) * 1'000'000'000u +
                             static_cast<std::uint64_t>(time->tv_nsec);
    all().spend(*this_core, nanoseconds * costs::cycles_per_nanosecond);
    all().yield(*this_core);
    return 0;
}
}
