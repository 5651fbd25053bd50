// SPDX-License-Identifier: BSL-1.0
#pragma once

// Guards that belong to no thread.

#include "ferry/detail/reclaim/epoch_domain.hpp"
#include "ferry/detail/reclaim/held_pin.hpp"

FERRY_MAP_BEGIN

/// A pin of no thread. What is found under it in the domain's maps stays valid, at the same
/// address, until it ends, whichever threads use it meanwhile. For tasks and coroutines that are
/// resumed on other threads, where a guard, which its own thread must end, cannot be kept.
///
/// An owned_guard may be moved to another thread and end there, and several threads may look up
/// under it at once. Otherwise it is an object like any other: one thread's use of it must be
/// ordered after another's move or refresh, as a queue of tasks does.
///
/// It holds back the reclamation of what is retired while it lives, as a guard does. It costs more
/// than a guard: a search for a free record among those of all living owned_guards of the domain.
/// So it is for hundreds of tasks at a time, not for a hundred thousand.
///
/// In a child of fork it protects as before. If a thread that the child does not have held it, it
/// holds reclamation back there for good.
///
/// Progress: making one is lock-free, its end and refresh() are wait-free. Exceptions: the
/// constructor may throw std::bad_alloc.
class [[nodiscard]] owned_guard {
public:
    /// Pins in a domain. A map's own is that of `map.pin_owned()`.
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
