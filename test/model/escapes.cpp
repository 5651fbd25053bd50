// SPDX-License-Identifier: BSL-1.0

// What a model machine would not see; objects.py is tested to find all of it.

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

int behind_a_lock(pthread_mutex_t &lock) { return pthread_mutex_lock(&lock); }

} // namespace escapes
