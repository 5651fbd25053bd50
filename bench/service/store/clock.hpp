// SPDX-License-Identifier: BSL-1.0
#pragma once

// A coarse clock that one thread sets and all read: no request asks the system for the time.
// Seconds, for expiry, are counted from shortly before the start, so that 0 and 1 are in the past.
// Ticks, for last accesses, are tenths of a second.

#include "protocol/limits.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

namespace ferry::service {

class coarse_clock {
public:
    static constexpr std::uint32_t ticks_a_second = 10;
    static constexpr std::uint32_t first_second = 2;

    coarse_clock() { update(); }

    std::uint32_t second() const noexcept { return tick() / ticks_a_second; }
    // relaxed, here and in set_tick(): a number that depends on no other memory
    std::uint32_t tick() const noexcept { return tick_.load(std::memory_order_relaxed); }
    void set_tick(std::uint32_t tick) noexcept { tick_.store(tick, std::memory_order_relaxed); }

    void update() noexcept {
        const auto gone = std::chrono::steady_clock::now() - started_;
        set_tick(first_second * ticks_a_second +
                 static_cast<std::uint32_t>(
                     std::chrono::duration_cast<std::chrono::milliseconds>(gone).count() /
                     (1000 / ticks_a_second)));
    }

    // Since the clock was made, and since 1970.
    std::uint32_t uptime() const noexcept { return second() - first_second; }
    std::int64_t unix_time() const noexcept { return unix_of_second_0_ + second(); }

    // The second at which an item ends that is to last as memcached's protocol says: 0 is never, a
    // negative number is at once, up to 30 days count from now, larger numbers are Unix times.
    std::uint32_t end_of(std::int64_t exptime) const noexcept {
        constexpr std::uint32_t past = 1;
        if (exptime == 0)
            return 0;
        if (exptime < 0)
            return past;
        const std::int64_t end =
            exptime <= most_relative_seconds ? second() + exptime : exptime - unix_of_second_0_;
        return static_cast<std::uint32_t>(
            std::clamp<std::int64_t>(end, past, std::numeric_limits<std::uint32_t>::max()));
    }

private:
    static std::int64_t unix_now() noexcept {
        return std::chrono::duration_cast<std::chrono::seconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }

    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    const std::int64_t unix_of_second_0_ = unix_now() - first_second;
    std::atomic<std::uint32_t> tick_{0};
};

} // namespace ferry::service
