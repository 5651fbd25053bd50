// SPDX-License-Identifier: BSL-1.0

// What the system does for threads: thread-local state, the end of a thread, and forks.

#include "thread_registry.hpp"

#include <climits>

#include <pthread.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

FERRY_DETAIL_BEGIN

constinit thread_local thread_state state_of_thread = {};

namespace {

/// | forks since the library was loaded (32) | process number of the system (32) |; 0: unknown yet
/// The system gives a number again after its process has ended, and in another namespace. The count
/// of forks still distinguishes a child from its ancestors.
constinit atomic<std::uint64_t> known_process{0};
static_assert(tellings_of_end < PTHREAD_DESTRUCTOR_ITERATIONS);

pthread_key_t exit_key;
// Other threads may run, and take records, while the key is deleted.
constinit atomic<bool> exit_key_made{false};

// Runs before main, so that no operation waits for another thread's initialization.
[[gnu::constructor(101)]] void register_exit_and_fork() noexcept {
    const bool made = pthread_key_create(&exit_key, thread_registry::release_all) == 0;
    // release: publishes the key [E:exit-key]
    exit_key_made.store(made, release);
    thread_registry::learn_process();
    pthread_atfork(nullptr, nullptr, [] {
        thread_registry::learn_process();
        thread_registry::after_fork();
    });
}

// When a library that contains ferry is unloaded, threads that used it must not call into code that
// is gone.
[[gnu::destructor(101)]] void forget_exit() noexcept {
    // acquire: the key, whichever thread made it [E:exit-key]
    if (exit_key_made.exchange(false, acquire)) {
        pthread_key_delete(exit_key);
    }
}

} // namespace

std::uint64_t thread_registry::this_owner() noexcept {
    // Nothing is cached, so a copy of this library knows the process without having seen its fork.
    const auto process = static_cast<std::uint64_t>(getpid());
    // If the mark is an address, its lowest bits are zero.
    const std::uint64_t thread = reinterpret_cast<std::uintptr_t>(thread_mark()) >> 6;
    return ((process << 3) & owner_process) | (thread << 25);
}

void thread_registry::learn_process() noexcept {
    // relaxed: written while the library is loaded, and while a child of fork has one thread
    const std::uint64_t before = known_process.load(relaxed);
    const std::uint64_t forks = before == 0 ? 0 : (before >> 32) + 1;
    // relaxed: as above
    known_process.store(forks << 32 | static_cast<std::uint32_t>(getpid()), relaxed);
}

std::uint64_t thread_registry::process_number() noexcept {
    const std::uint64_t known = known_process.load(relaxed); // relaxed: only the number matters
    // 0: another constructor runs before ours.
    return known != 0 ? known : static_cast<std::uint32_t>(getpid());
}

bool thread_registry::is_first_of_process() noexcept {
#ifdef __linux__
    return syscall(SYS_gettid) == getpid();
#else
    return true;
#endif
}

void thread_registry::await_exit() noexcept {
    // Any non-null value makes the key's destructor run at the thread's end. Without the key, or
    // memory for its value, the records stay taken when the thread ends: a leak, not an error.
    // acquire: the key [E:exit-key]
    if (exit_key_made.load(acquire)) {
        static_cast<void>(pthread_setspecific(exit_key, &state_of_thread));
    }
}

FERRY_DETAIL_END
