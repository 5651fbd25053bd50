// SPDX-License-Identifier: BSL-1.0

// One of each that a model machine would not see; objects.py is tested to find all of them.

#include <atomic>

#include <pthread.h>

namespace escapes {

inline int in_a_header = 0;

template <class T>
struct holder {
    static inline long of_a_template = 5;
};

int in_a_function() {
    static std::atomic<int> calls;
    return ++calls + ++in_a_header + static_cast<int>(++holder<int>::of_a_template);
}

thread_local int per_thread = 0;

int per_thread_plus_one() { return ++per_thread; }

int of_function() noexcept;

int with_a_guard() {
    static const int made = of_function();
    return made;
}

int exchanged(std::atomic<int> &with) { return with.exchange(1); }

void fenced() { __builtin_ia32_mfence(); }

long asks_the_system() {
    long result = 39;
    asm volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
    return result;
}

int behind_a_lock(pthread_mutex_t &lock) { return pthread_mutex_lock(&lock); }

} // namespace escapes
