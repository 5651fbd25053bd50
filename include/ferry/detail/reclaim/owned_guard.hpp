// SPDX-License-Identifier: BSL-1.0
#pragma once

// Guards that belong to no thread, but to whoever holds them.

#include "ferry/detail/reclaim/epoch_domain.hpp"
#include "ferry/detail/reclaim/held_pin.hpp"

FERRY_MAP_BEGIN

/// A pin that belongs to this object, not to a thread. What is found under it in the domain's maps
/// stays valid, at the same address, until it ends or is refreshed, whichever threads use it. For
/// tasks and coroutines that continue on another thread, where a guard must not be kept.
///
/// It may be moved to another thread and end there. Several threads may look up under it at once.
/// Moving, refreshing and ending it must not overlap with other uses: pass it on through a queue,
/// a join, or whatever orders the two threads.
///
/// It holds back the reclamation of what is retired while it lives, as a guard does. It costs more
/// than a guard: making one is a system call (getpid) and a search for a free record among all
/// records of the domain. There is a record (128 bytes) for each thread, and for as many owned pins
/// as ever lived at a time. Records stay until the domain ends, and each advance of the epoch reads
/// them all. So it is for hundreds of tasks at a time, not for a hundred thousand.
///
/// In a child of fork it protects as before. If a thread that the child does not have held one, or
/// was making or ending one, it holds reclamation back there for good.
///
/// Progress: making one is lock-free, its end and refresh() are wait-free. Exceptions: the
/// constructor may throw std::bad_alloc.
class [[nodiscard]] owned_guard {
public:
    /// Pins in a domain. For the domain of a map use `map.pin_owned()`.
    explicit owned_guard(epoch_domain &in = default_domain())
        : owned_guard(detail::domain_of(in)) {}

    /// The same, for the maps' use.
    explicit owned_guard(const detail::domain &in) : domain_(&in), pin_(in) {}

    /// Takes over the pin. One that was moved from may only be destroyed or assigned to.
    owned_guard(owned_guard &&) noexcept = default;
    /// As moving. The present pin ends.
    owned_guard &operator=(owned_guard &&) noexcept = default;
    /// Ends the pin, and every reference obtained under it, on whichever thread.
    ~owned_guard() = default;

    /// Lets reclamation pass, and ends every reference obtained under this guard.
    void refresh() noexcept {
        FERRY_ASSERT(pin_ != nullptr, "refresh() of an owned_guard that was moved from");
        domain_->refresh(*pin_);
    }

    /// Whether this guard protects what is found in maps of this domain. For the maps' use.
    bool protects(const detail::domain &other) const noexcept {
        return pin_ != nullptr && domain_ == &other;
    }

private:
    const detail::domain *domain_;
    detail::owned_pin pin_;
};

FERRY_MAP_END
