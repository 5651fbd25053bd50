// SPDX-License-Identifier: BSL-1.0

// Epochs are counted in a circle.

#include <doctest/doctest.h>
#include <ferry/detail/reclaim/epoch.hpp>

namespace unit_epoch {

using namespace ferry::detail;

TEST_CASE("epochs go round: after the last comes the first") {
    static_assert(epoch_after(epoch_mask, 1) == 0);
    static_assert(epoch_after(epoch_mask - 1, 4) == 2);
    static_assert(epoch_before(0, 1) == epoch_mask);
    static_assert(epoch_before(2, 4) == epoch_mask - 1);
    static_assert(epoch_before(epoch_after(7, 100), 100) == 7);
}

TEST_CASE("distances are counted forwards, through the end of the circle too") {
    static_assert(epoch_distance(7, 7) == 0);
    static_assert(epoch_distance(9, 7) == 2);
    static_assert(epoch_distance(1, epoch_mask) == 2);
    static_assert(epoch_distance(7, 9) == epoch_mask - 1);
}

TEST_CASE("the grace period is of three epochs") {
    // With two, a thread that unlinks and another that advances can free what a third still reads:
    // the asymmetric barrier orders the advance against the pins, not against the unlinking.
    static_assert(grace_epochs == 3);
}

TEST_CASE("neighbouring labels use neighbouring lists, through the end of the circle too") {
    static_assert(epoch_after(epoch_mask, 1) % epoch_lists == (epoch_mask + 1) % epoch_lists);
    // Labels that may be pushed, E - 1 and E, never share a list with labels that are expired.
    for (unsigned age = grace_epochs; age <= epoch_lists - 2; ++age) {
        CHECK(epoch_before(0, age) % epoch_lists != 0);
        CHECK(epoch_before(0, age) % epoch_lists != epoch_before(0, 1) % epoch_lists);
        CHECK(epoch_before(0, age) % epoch_lists != epoch_after(0, 1) % epoch_lists);
    }
}

TEST_CASE("a pin's word tells its epoch and is never the word of no pin") {
    static_assert(pin_word(0) != 0);
    static_assert(pinned_epoch(pin_word(0)) == 0);
    static_assert(pinned_epoch(pin_word(epoch_mask)) == epoch_mask);
    static_assert(pin_word(1) != pin_word(0));
}

} // namespace unit_epoch
