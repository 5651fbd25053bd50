// SPDX-License-Identifier: BSL-1.0
#include "machine/fiber.hpp"

#include <cstdint>
#include <stdexcept>

#include <asm/prctl.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

namespace ferry::sharing {

namespace {

// The kernel lets programs write FS themselves (asm/hwcap2.h has the name on newer systems).
constexpr unsigned long fsgsbase_is_allowed = 1u << 1;

// From here to the change of stacks nothing may be thread-local: it would be another thread's. So
// this is no call of the library, which has errno.
void become(pthread_t identity) {
    static const bool writes_it = (getauxval(AT_HWCAP2) & fsgsbase_is_allowed) != 0;
    if (writes_it) {
        asm volatile("wrfsbase %0" ::"r"(identity) : "memory");
        return;
    }
    long result = SYS_arch_prctl;
    asm volatile("syscall"
                 : "+a"(result)
                 : "D"(ARCH_SET_FS), "S"(identity)
                 : "rcx", "r11", "memory");
}

} // namespace

fiber::fiber() : identity_(pthread_self()) {}

fiber::fiber(void (*body)(void *), void *argument)
    : stack_(new std::byte[stack_bytes]), body_(body), argument_(argument) {
    sem_init(&asleep_, 0, 0);
    sem_init(&may_end_, 0, 0);
    if (pthread_create(&identity_, nullptr, sleep, this) != 0)
        throw std::runtime_error("the system has no thread for a core");
    while (sem_wait(&asleep_) != 0)
        ;
    context_ =
        boost::context::detail::make_fcontext(stack_.get() + stack_bytes, stack_bytes, enter);
}

fiber::~fiber() {
    if (body_ == nullptr)
        return;
    sem_post(&may_end_);
    pthread_join(identity_, nullptr);
    sem_destroy(&asleep_);
    sem_destroy(&may_end_);
}

void *fiber::sleep(void *which) {
    auto &self = *static_cast<fiber *>(which);
    sem_post(&self.asleep_);
    while (sem_wait(&self.may_end_) != 0)
        ;
    return nullptr;
}

void fiber::enter(boost::context::detail::transfer_t from) {
    const jump &taken = *static_cast<jump *>(from.data);
    taken.from.context_ = from.fctx;
    const fiber &self = taken.to;
    self.body_(self.argument_);
}

void fiber::switch_to(fiber &to) {
    jump taken{*this, to};
    become(to.identity_);
    const auto from = boost::context::detail::jump_fcontext(to.context_, &taken);
    // Whoever lands keeps the place that was left.
    static_cast<jump *>(from.data)->from.context_ = from.fctx;
}

} // namespace ferry::sharing
