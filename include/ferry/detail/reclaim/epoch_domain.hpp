// SPDX-License-Identifier: BSL-1.0
#pragma once

// The domain as users see it.

#include "ferry/detail/reclaim/domain.hpp"

FERRY_BEGIN

class epoch_domain;

namespace detail {
domain &domain_of(epoch_domain &shell) noexcept;
} // namespace detail

/// How a pin is ordered against an advance of the epoch.
enum class barrier : std::uint8_t {
    automatic, ///< with membarrier(2) a pin is two plain stores; without it, as symmetric
    symmetric, ///< a locked exchange on each pin, no system call on an advance
};

/// Maps of one domain share an epoch: a pinned thread holds back the garbage of all of them, and of
/// no other domain. By default one domain serves the whole process (default_domain()). Give a
/// latency-critical map its own domain if readers of other maps may stay pinned for long.
///
/// Cost: a thread that changes domains finds its record in about log2(domains it uses) steps, at
/// most 64. Within one domain that is one comparison.
///
/// Lifetime: destroy the domain after its maps, guards and handles. Only guards and handles that an
/// ended thread left behind may remain. Threads that used the domain may live on.
///
/// Progress: lock-free. Exceptions: none.
class epoch_domain {
public:
    /// A domain without maps.
    FERRY_API explicit epoch_domain(barrier choice = barrier::automatic);
    /// All its maps must have ended, as above.
    ~epoch_domain() { impl_.end(); }

    epoch_domain(const epoch_domain &) = delete;
    epoch_domain &operator=(const epoch_domain &) = delete;

    /// The present epoch: a counter that advances while memory is being reclaimed.
    std::uint64_t epoch() const noexcept { return impl_.epoch(); }

    /// Epochs since the oldest pin that is held now. 0: no pin is held, or no old one. 1, seldom
    /// more: a pin holds the epoch back.
    std::uint64_t oldest_pin_age() const noexcept { return impl_.oldest_pin_age(); }

    /// True when pins are ordered by a locked exchange, false when by membarrier(2).
    bool symmetric() const noexcept { return impl_.symmetric(); }

private:
    friend detail::domain &detail::domain_of(epoch_domain &shell) noexcept;

    detail::domain impl_;
};

namespace detail {
inline domain &domain_of(epoch_domain &shell) noexcept { return shell.impl_; }
} // namespace detail

/// The domain of maps that are given none. It exists before any code runs, and is never destroyed.
/// (With several copies of ferry in one process: see src/README.md.)
FERRY_API epoch_domain &default_domain() noexcept;

FERRY_END
