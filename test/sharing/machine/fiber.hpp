// SPDX-License-Identifier: BSL-1.0
#pragma once

// A core's flow of control: a stack of its own, and a thread's identity. That is what maps know a
// thread by: its thread-local variables, pthread_self, what runs when it ends. The thread itself
// sleeps from its start to its end. So passing the turn on costs a short call of the system, and
// not the waking of a thread.
//
// On x86-64 Linux an identity is the address in the register FS, which is also the thread's number
// in the library.

#include <boost/context/detail/fcontext.hpp>

#include <cstddef>
#include <memory>

#include <pthread.h>
#include <semaphore.h>

namespace ferry::sharing {

class fiber {
public:
    // The calling thread as it is.
    fiber();
    // Runs body(argument), which must not return, when it is first switched to.
    fiber(void (*body)(void *), void *argument);
    // Ends the thread, whose destructors run meanwhile. The fiber must not be under way.
    ~fiber();
    fiber(const fiber &) = delete;
    fiber &operator=(const fiber &) = delete;

    // Goes on in `to`; returns when something switches back.
    void switch_to(fiber &to);

private:
    static constexpr std::size_t stack_bytes = std::size_t{256} << 10;

    struct jump {
        fiber &from;
        fiber &to;
    };

    static void *sleep(void *fiber);
    static void enter(boost::context::detail::transfer_t);

    boost::context::detail::fcontext_t context_ = nullptr; // where it was left
    pthread_t identity_{};
    std::unique_ptr<std::byte[]> stack_;
    void (*body_)(void *) = nullptr;
    void *argument_ = nullptr;
    sem_t asleep_{};
    sem_t may_end_{};
};

} // namespace ferry::sharing
