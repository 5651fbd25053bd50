// SPDX-License-Identifier: BSL-1.0

// The system's side of threads: their own state, their ends, and forks.

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

/// | forks since the library was loaded (32) | the system's number of the process (32) |; 0: not
/// known yet. The system gives a number again when its process has ended, and in another namespace;
/// with the count a child still differs from its ancestors.
constinit atomic<std::uint64_t> known_process{0};
static_assert(tellings_of_end < PTHREAD_DESTRUCTOR_ITERATIONS);

pthread_key_t exit_key;
// Other threads may run, and take records, while it is deleted.
constinit atomic<bool> exit_key_made{false};

constinit atomic<std::uint64_t> attempt{0};

// Before main, so that no operation waits for another thread's initialization.
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

// When a library that ferry is linked into is unloaded, threads that used it must not call into
// what is no longer there.
[[gnu::destructor(101)]] void forget_exit() noexcept {
    // acquire: the key, whichever thread made it [E:exit-key]
    if (exit_key_made.exchange(false, acquire)) {
        pthread_key_delete(exit_key);
    }
}

} // namespace

std::uint64_t thread_registry::this_owner() noexcept {
    // Nothing of this is kept: a copy of this library need not see a fork to know the process.
    const auto process = static_cast<std::uint64_t>(getpid());
    // The lowest bits of the word are zero where it is an address.
    const std::uint64_t thread = reinterpret_cast<std::uintptr_t>(thread_mark()) >> 6;
    return ((process << 3) & owner_process) | (thread << 25);
}

void thread_registry::learn_process() noexcept {
    // relaxed: written as the library is loaded, and while a child of fork has one thread
    const std::uint64_t before = known_process.load(relaxed);
    const std::uint64_t forks = before == 0 ? 0 : (before >> 32) + 1;
    // relaxed: as above
    known_process.store(forks << 32 | static_cast<std::uint32_t>(getpid()), relaxed);
}

std::uint64_t thread_registry::process_number() noexcept {
    const std::uint64_t known = known_process.load(relaxed); // relaxed: the number is all there is
    // 0: a constructor runs before ours.
    return known != 0 ? known : static_cast<std::uint32_t>(getpid());
}

bool thread_registry::is_first_of_process() noexcept {
#ifdef __linux__
    return syscall(SYS_gettid) == getpid();
#else
    return true;
#endif
}

atomic<std::uint64_t> &thread_registry::attempt_under_way() noexcept { return attempt; }

void thread_registry::await_exit() noexcept {
    // Any non-null value makes the key's destructor run at the thread's end. Without the key, or
    // the memory for it, the records stay taken when the thread ends: a leak, not an error.
    // acquire: the key [E:exit-key]
    if (exit_key_made.load(acquire)) {
        static_cast<void>(pthread_setspecific(exit_key, &state_of_thread));
    }
}

FERRY_DETAIL_END
