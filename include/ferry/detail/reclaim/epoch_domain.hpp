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
    automatic, ///< membarrier(2) where the system has it: a pin is two plain stores
    symmetric, ///< a locked exchange on each pin, no system call on an advance
};

/// Maps of one domain share their epoch: a pinned thread holds back the garbage of all of them,
/// and of no other domain's. One domain by default serves the process (default_domain()); give a
/// latency-critical map its own when other maps' readers may stay pinned for long.
///
/// Cost: a thread that goes from one domain to another finds its way there in about log2(domains it
/// uses) steps, at most 64; within one domain it is a comparison.
///
/// Lifetime: destroy it after its maps, with no guard or handle of it alive, but for those that a
/// thread has left behind when it ended; threads that used it may live on.
class epoch_domain {
public:
    FERRY_API explicit epoch_domain(barrier choice = barrier::automatic);
    ~epoch_domain() { impl_.end(); }

    epoch_domain(const epoch_domain &) = delete;
    epoch_domain &operator=(const epoch_domain &) = delete;

    /// The present epoch: a counter that moves on while memory is being reclaimed.
    std::uint64_t epoch() const noexcept { return impl_.epoch(); }

    /// Epochs since the oldest pin that is held now: 0 when none is, or none is old; 1, seldom
    /// more, while one holds the epoch back.
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

/// The domain of maps that are given none. It is there before any code runs, and is never
/// destroyed. (Of several copies of ferry in one process: src/README.md.)
FERRY_API epoch_domain &default_domain() noexcept;

FERRY_END
