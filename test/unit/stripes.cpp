// SPDX-License-Identifier: BSL-1.0

// A map's stripes: who counts where, and when a stripe is made.

#include <bit>
#include <cstdint>
#include <set>

#include <doctest/doctest.h>
#include <ferry/detail/chain/stripes.hpp>

#include "support/crew.hpp"
#include "support/scale.hpp"

namespace unit_stripes {

using namespace ferry::test;

namespace {

using stripe = ferry::engine::map_stripe<ferry::detail::counter>;

constexpr unsigned most = 4;
constexpr unsigned per_stripe = ferry::detail::guests_per_stripe;

struct fixture {
    stripe common;
    ferry::engine::map_stripes<stripe, most> stripes{common, most};

    std::set<stripe *> all() const {
        std::set<stripe *> found;
        stripes.for_each([&](stripe &each) { CHECK(found.insert(&each).second); });
        return found;
    }
    std::int64_t sum() const {
        std::int64_t total = 0;
        stripes.for_each([&](const stripe &each) { total += each.counts.load(); });
        return total;
    }
    void count(unsigned index) {
        const auto seat = stripes.seat_of(index);
        seat.stripe.counts.add(seat.owned, 1);
    }
    bool owns_one(unsigned index) { return stripes.seat_of(index).owned; }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "the first thread owns the common stripe, whatever its record") {
    for (const unsigned other : {0u, 1u, 9u}) {
        CHECK(owns_one(6));
        CHECK_FALSE(owns_one(other));
    }
    CHECK(&stripes.seat_of(6).stripe == &common);
    CHECK(all() == std::set<stripe *>{&common});
}

TEST_CASE_FIXTURE(fixture, "of so many changes by guests one makes the places, the next a stripe") {
    CHECK(owns_one(0));
    for (unsigned i = 0; i != 2 * per_stripe; ++i)
        CHECK_FALSE(owns_one(1));
    CHECK(owns_one(1));
    CHECK(&stripes.seat_of(1).stripe != &common);
    CHECK(&stripes.seat_of(0).stripe == &common);
    for (unsigned i = 0; i != per_stripe; ++i)
        CHECK_FALSE(owns_one(i % 2 + 2)); // one of the two makes its own
    CHECK(owns_one(2) != owns_one(3));
    CHECK(all().size() == 3);
}

TEST_CASE_FIXTURE(fixture, "a thread beyond the places is a guest for ever") {
    for (unsigned i = 0; i != 4 * per_stripe; ++i)
        owns_one(i % 2);
    CHECK(owns_one(0));
    CHECK(owns_one(1));
    for (unsigned i = 0; i != 4 * per_stripe; ++i) {
        CHECK_FALSE(owns_one(most + 1)); // in the stripe of 1
        CHECK_FALSE(owns_one(most + 2)); // in the common one
    }
    CHECK(&stripes.seat_of(most + 1).stripe == &stripes.seat_of(1).stripe);
    CHECK(all().size() == 2);
}

TEST_CASE_FIXTURE(fixture, "turns come to all stripes, also to the common one of a thread beyond") {
    CHECK(owns_one(most + 2));
    for (unsigned i = 0; i != (most + 1) * most * per_stripe; ++i)
        owns_one(i % most);
    CHECK(all().size() == most + 1);
    std::set<stripe *> visited;
    for (std::uint64_t turn = 100; turn != 100 + most + 1; ++turn)
        visited.insert(&stripes.in_turn(turn));
    CHECK(visited == all());
}

TEST_CASE_FIXTURE(fixture, "what a guest counted stays when it has a stripe") {
    for (unsigned i = 0; i != 10 * per_stripe; ++i)
        count(i % 3);
    CHECK(all().size() > 1);
    CHECK(sum() == 10 * per_stripe);
}

TEST_CASE("nothing is lost while stripes are made") {
    const std::size_t rounds = scaled(300, 60);
    for (std::size_t round = 0; round != rounds; ++round) {
        fixture one;
        constexpr std::int64_t each = 5 * per_stripe;
        const auto found = crew(3, [&](unsigned id, findings &) {
            for (std::int64_t i = 0; i != each; ++i)
                one.count(id);
        });
        REQUIRE(found.text() == "");
        REQUIRE(one.sum() == 3 * each);
    }
}

TEST_CASE("stripes are a power of two within the limits") {
    const unsigned stripes = ferry::engine::stripe_count();
    CHECK(std::has_single_bit(stripes));
    CHECK(stripes >= ferry::detail::min_stripes);
    CHECK(stripes <= ferry::detail::max_stripes);
    CHECK(ferry::detail::processor_count() >= 1);
}

} // namespace unit_stripes
