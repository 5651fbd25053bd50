// SPDX-License-Identifier: BSL-1.0

// When attempts to advance may begin, and which barriers serve whom.

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>

#include "reclaim/advance_pace.hpp"
#include "support/crew.hpp"
#include "support/scale.hpp"

namespace unit_advance_pace {

using namespace ferry::test;
using ferry::detail::advance_pace;
using ferry::detail::attempt_interval;
using ferry::detail::lost_attempt;

TEST_CASE("an attempt begins an interval after the end of the last one, and not before") {
    advance_pace pace;
    std::uint64_t now = 1'000'000'000;
    for (std::uint64_t ticket = 1; ticket < 5; ++ticket) {
        const advance_pace::attempt mine = pace.try_begin(now);
        CHECK(mine.ticket == ticket);
        now += 1000;
        CHECK_FALSE(pace.try_begin(now)); // one is under way
        pace.end(mine, now);
        CHECK_FALSE(pace.try_begin(now));
        now += attempt_interval - 1;
        CHECK_FALSE(pace.try_begin(now));
        ++now;
    }
}

TEST_CASE("an attempt whose thread is stopped is taken for lost, and its late end ends no other") {
    advance_pace pace;
    const std::uint64_t began = 1'000'000'000;
    const advance_pace::attempt lost = pace.try_begin(began);
    CHECK(lost);
    CHECK_FALSE(pace.try_begin(began + lost_attempt - 1));
    const advance_pace::attempt next = pace.try_begin(began + lost_attempt);
    CHECK(next);
    pace.end(lost, began + lost_attempt + 1);
    CHECK_FALSE(pace.try_begin(began + lost_attempt + attempt_interval + 2));
    pace.end(next, began + lost_attempt + 3);
    CHECK(pace.try_begin(began + lost_attempt + attempt_interval + 3));
}

TEST_CASE("a time that lies further ahead than an attempt could set it holds up nobody") {
    advance_pace pace;
    const std::uint64_t other_clock = 40'000'000'000'000;
    pace.end(pace.try_begin(other_clock), other_clock);
    CHECK(pace.try_begin(1'000'000'000));
}

TEST_CASE("a barrier serves those who took their ticket before it began, and no others") {
    advance_pace pace;
    pace.set_interval(0);
    const std::uint64_t first_wanted = pace.ticket_to_await();
    const advance_pace::attempt first = pace.try_begin(1);
    const std::uint64_t second_wanted =
        pace.ticket_to_await(); // the first barrier may be half done
    CHECK_FALSE(pace.has_carried_out(first_wanted));
    pace.carried_out(first.ticket);
    pace.end(first, 2);
    CHECK(pace.has_carried_out(first_wanted));
    CHECK_FALSE(pace.has_carried_out(second_wanted));
    const advance_pace::attempt second = pace.try_begin(3);
    pace.carried_out(second.ticket);
    CHECK(pace.has_carried_out(second_wanted));
    pace.carried_out(first.ticket); // late
    CHECK(pace.has_carried_out(second_wanted));
}

TEST_CASE("however many threads want to, one begins in an interval") {
    advance_pace pace;
    const std::size_t rounds = scaled(20'000, 2000);
    std::atomic<std::uint64_t> time{0};
    std::atomic<std::uint64_t> begun{0};
    std::atomic<std::uint64_t> begun_late{0};
    const auto found = crew(4, [&](unsigned, findings &) {
        while (time.load() < rounds * attempt_interval) {
            // A tenth of an interval each.
            const std::uint64_t now = time.fetch_add(attempt_interval / 10);
            if (const advance_pace::attempt mine = pace.try_begin(now)) {
                begun.fetch_add(1);
                // Its thread may have been stopped for so long that its time was taken for another
                // clock's.
                if (time.load() - now > attempt_interval)
                    begun_late.fetch_add(1);
                pace.end(mine, now);
            }
        }
    });
    CHECK(found.text() == "");
    // A late one's end makes the next one due too early.
    CHECK(begun.load() <= rounds + 4 + 2 * begun_late.load());
    CHECK(begun_late.load() < begun.load());
}

} // namespace unit_advance_pace
