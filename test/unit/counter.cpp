// SPDX-License-Identifier: BSL-1.0

// Counting in stripes.

#include <cstdint>

#include <doctest/doctest.h>
#include <ferry/detail/reclaim/counter.hpp>

#include "support/crew.hpp"
#include "support/scale.hpp"

namespace unit_counter {

using namespace ferry::test;
using ferry::detail::counter;
using ferry::detail::stripe_seat;

TEST_CASE("the first records own a stripe each, later ones are guests") {
    constexpr unsigned mask = 7;
    for (unsigned record = 0; record < 30; ++record) {
        const stripe_seat seat(record, mask);
        CHECK(seat.index == record % 8);
        CHECK(seat.owned == (record < 8));
    }
}

TEST_CASE("an owner and its guests add up, and each is told the count of its place") {
    counter count;
    CHECK(count.add(true, 3) == 3);
    CHECK(count.add(false, -1) == -1);
    CHECK(count.add(true, 1) == 4);
    CHECK(count.add(false, 2) == 1);
    CHECK(count.load() == 5);
}

TEST_CASE("a rare counter counts in one word") {
    ferry::detail::rare_counter count;
    const auto each = static_cast<std::int64_t>(scaled(100000, 1000));
    const auto found = crew(3, [&](unsigned id, findings &) {
        for (std::int64_t i = 0; i < each; ++i)
            count.add(id == 2 ? -1 : 2);
    });
    CHECK(found.text() == "");
    CHECK(count.load() == 3 * each);
}

TEST_CASE("nothing is lost when an owner and guests count at once") {
    const auto each = static_cast<std::int64_t>(scaled(100000, 1000));
    counter count;
    const auto found = crew(3, [&](unsigned id, findings &) {
        for (std::int64_t i = 0; i < each; ++i)
            count.add(id == 0, id == 2 ? -1 : 2);
    });
    CHECK(found.text() == "");
    CHECK(count.load() == 3 * each);
}

} // namespace unit_counter
