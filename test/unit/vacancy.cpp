// SPDX-License-Identifier: BSL-1.0

// Since when a place is free: every age, every vacancy and every wrap, at compile time.

#include <cstdint>

#include <doctest/doctest.h>
#include <ferry/detail/node/vacancy.hpp>

namespace unit_vacancy {

using ferry::detail::epoch_after;
using ferry::detail::epoch_mask;
using ferry::detail::epoch_value;
using ferry::detail::grace_epochs;
using ferry::engine::vacancy;

namespace {

// The least age at which a place may be used again: a label is at most one later than the epoch of
// the vacancy, and what it labels is freed grace_epochs after it.
constexpr std::uint64_t expired_age = grace_epochs + 1;
constexpr std::uint64_t known_epochs = 128;

constexpr epoch_value bases[] = {0,
                                 1,
                                 known_epochs - 1,
                                 known_epochs,
                                 1000000,
                                 epoch_mask - known_epochs,
                                 epoch_mask - 3,
                                 epoch_mask};

// Every vacancy at every age.
constexpr bool ages_are_told_up_to_the_wrap() {
    for (epoch_value left = 0; left < known_epochs; ++left) {
        const vacancy place = vacancy::since(left);
        for (std::uint64_t age = 0; age < known_epochs; ++age) {
            if (place.is_over(left + age) != (age >= expired_age))
                return false;
        }
    }
    return true;
}

// An age beyond what seven bits tell is taken for a smaller one: a place may then be kept too long
// and is never used too early.
constexpr bool an_older_place_is_never_fit_too_early() {
    for (const epoch_value left : bases) {
        for (std::uint64_t age = 0; age < 4 * known_epochs; ++age) {
            const bool over = vacancy::since(left).is_over(epoch_after(left, age));
            if (over != (age % known_epochs >= expired_age) || (over && age < expired_age))
                return false;
        }
    }
    return true;
}

constexpr bool none_is_never_over() {
    for (epoch_value now = 0; now < 2 * known_epochs; ++now) {
        if (vacancy{}.is_over(now))
            return false;
    }
    return !vacancy{}.is_some() && vacancy{}.bits() == 0;
}

constexpr bool every_epoch_makes_some() {
    for (epoch_value left = 0; left < 2 * known_epochs; ++left) {
        const vacancy some = vacancy::since(left);
        if (!some.is_some() || some == vacancy{} || vacancy{some.bits()} != some ||
            (some == vacancy::since(left + known_epochs)) == false)
            return false;
        if (some == vacancy::since(left + 1))
            return false;
    }
    return true;
}

} // namespace

TEST_CASE("a place is fit for use when its grace period and one epoch more are over") {
    static_assert(ages_are_told_up_to_the_wrap());
}

TEST_CASE("a place left longer ago than the bits tell is never fit for use too early") {
    static_assert(an_older_place_is_never_fit_too_early());
}

TEST_CASE("no place is never fit for use") { static_assert(none_is_never_over()); }

TEST_CASE("a vacancy is told from none and from that of its neighbour epochs") {
    static_assert(every_epoch_makes_some());
}

} // namespace unit_vacancy
