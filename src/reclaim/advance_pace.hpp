// SPDX-License-Identifier: BSL-1.0
#pragma once

// How often threads in their turn try to advance an epoch, over all domains of this copy of the
// library. An attempt issues a heavy barrier, which interrupts every processor that runs the
// process, and the kernel carries out one at a time. So the rate must not grow with the number of
// threads, domains or maps.
//
//   A1  An attempt begins at least attempt_interval after the end of the last one, and none while
//       another is under way. An attempt that lasts longer than lost_attempt no longer counts: its
//       thread may be stopped. A thread that is stopped for longer than that between its look at
//       the clock and the beginning may begin one too many.
//   A2  A thread that may not begin an attempt can use another thread's barrier, of any domain. It
//       reads the epoch, then the last ticket drawn. A barrier with a later ticket begins after
//       that, as its own would. So a domain advances although other domains' threads begin all
//       attempts.
//
// Each kind of barrier has a pace of its own, because the ticket of a symmetric attempt stands for
// no heavy barrier. Symmetric attempts keep one because a scan writes to all records.
//
// Progress: wait-free, but for carried_out, which is retried after another thread's. Nobody waits.

#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/reclaim/thread_record.hpp"

#include <cstdint>

FERRY_DETAIL_BEGIN

class advance_pace {
public:
    /// An attempt under way. Ticket 0: there is none.
    struct attempt {
        std::uint64_t ticket = 0;
        std::uint64_t lost_from = 0;

        explicit operator bool() const noexcept { return ticket != 0; }
    };

    /// Begins an attempt if one is due at `now`, in nanoseconds of a steady clock.
    attempt try_begin(std::uint64_t now) noexcept {
        // relaxed: only a hint about who tries; an attempt orders what it needs itself
        std::uint64_t due = due_.load(relaxed);
        const std::uint64_t lost_from = now + lost_attempt;
        // Failure: another thread begins or ends an attempt.
        // relaxed: as above
        if (is_ahead(due, now) || !due_.compare_exchange_strong(due, lost_from, relaxed, relaxed)) {
            return {};
        }
        // seq_cst: the barrier comes after this in the total order [E:ticket]
        return {begun_.fetch_add(1, seq_cst) + 1, lost_from};
    }

    /// Publishes that the barrier of the attempt with this ticket was carried out.
    void carried_out(std::uint64_t ticket) noexcept {
        std::uint64_t newest = carried_out_.load(relaxed); // relaxed: the CAS orders
        // Failure: another thread's barrier was carried out.
        // release: what the barrier made visible to us is visible to who uses it [E:ticket]
        while (newest < ticket &&
               !carried_out_.compare_exchange_weak(newest, ticket, release, relaxed)) {
        }
    }

    /// The attempt is over. Another may begin an interval from `now` on.
    void end(attempt mine, std::uint64_t now) noexcept {
        // relaxed: only a hint, as in try_begin
        const std::uint64_t due = now + interval_.load(relaxed);
        // Failure: another thread took us for stopped, and the attempt under way is its own.
        // relaxed: as above
        due_.compare_exchange_strong(mine.lost_from, due, relaxed, relaxed);
    }

    /// The first ticket of a barrier that begins after the caller's last read of an epoch.
    std::uint64_t ticket_to_await() const noexcept {
        // seq_cst: the caller's read of the epoch comes before, and a later ticket's barrier after
        // this in the total order [E:ticket]
        return begun_.load(seq_cst) + 1;
    }

    /// Whether a barrier with this ticket or a later one has been carried out.
    bool has_carried_out(std::uint64_t ticket) const noexcept {
        // acquire: what the barrier made visible [E:ticket]
        return carried_out_.load(acquire) >= ticket;
    }

    /// For tests, whose bounds must not depend on time.
    void set_interval(std::uint64_t nanoseconds) noexcept {
        interval_.store(nanoseconds, relaxed); // relaxed: only a number
        due_.store(0, relaxed);                // relaxed: as above
    }

    /// The pace of this copy of the library for domains with this kind of barrier.
    static advance_pace &of(barrier_kind kind) noexcept;

private:
    /// Whether an attempt is not due yet. A time further ahead than any attempt could set it is of
    /// another clock: a child of fork may be in another time namespace.
    bool is_ahead(std::uint64_t due, std::uint64_t now) const noexcept {
        // relaxed: only a number
        return now < due && due - now <= interval_.load(relaxed) + lost_attempt;
    }

    atomic<std::uint64_t> due_{0};
    atomic<std::uint64_t> interval_{attempt_interval};
    atomic<std::uint64_t> begun_{0};
    atomic<std::uint64_t> carried_out_{0};
};

FERRY_DETAIL_END
