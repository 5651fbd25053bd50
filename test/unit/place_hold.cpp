// SPDX-License-Identifier: BSL-1.0

// The right to write to a node's free place: how it is taken, what it comes to, and how it goes
// back, each branch by hand.

#include <cstddef>
#include <cstdint>
#include <memory>

#include <doctest/doctest.h>
#include <ferry/detail/node/place_hold.hpp>

#include "support/crew.hpp"
#include "support/scale.hpp"

namespace unit_place_hold {

using namespace ferry::test;
using ferry::detail::epoch_value;
using ferry::detail::grace_epochs;
using ferry::engine::box;
using ferry::engine::live_word;
using ferry::engine::node;
using ferry::engine::place_hold;
using ferry::engine::vacancy;
using ferry::engine::value_state;
using ferry::engine::value_word;

namespace {

using node_type = node<std::uint64_t, std::uint64_t, false, true>;
using hold_type = place_hold<node_type>;

constexpr epoch_value left_at = 100;
constexpr epoch_value expired = left_at + grace_epochs + 1;
constexpr vacancy left = vacancy::since(left_at);

struct fixture {
    // The node's state with that vacancy of the place that is free.
    void set(value_word word, vacancy free = left) { at.state.reset(word.with(free)); }
    value_word now() const { return at.state.load(); }

    // As another operation would, which changes the key's value.
    void change(value_word to) {
        value_word seen = now();
        REQUIRE(at.state.try_change(seen, to));
    }

    value_word inside_live(const box<std::uint64_t> &free) const {
        return live_word(value_state::live_inline, &free);
    }
    value_word boxed(const box<std::uint64_t> &full) const {
        return live_word(value_state::live_box, &full);
    }

    // Whether the hold gets the place, the state being what it is.
    bool take(hold_type &hold, epoch_value epoch = expired) {
        value_word seen = now();
        const bool taken = hold.take(at, seen, epoch);
        CHECK(seen == now());
        return taken;
    }

    node_type at{value_word::live_inline()};
    box<std::uint64_t> first;
    box<std::uint64_t> second;
};

} // namespace

TEST_CASE_FIXTURE(fixture, "the place inside is taken when the value is in a box or absent") {
    value_word word;
    SUBCASE("in a box") { word = boxed(first); }
    SUBCASE("in a spare node") { word = value_word(value_state::live_spare, 0x1000); }
    SUBCASE("absent") { word = value_word::dead(); }
    set(word);
    hold_type hold;
    CHECK(take(hold));
    CHECK(hold.place() == at.first.address());
    CHECK(now() == word); // without a vacancy, and nothing else changed
    hold.spent();
}

TEST_CASE_FIXTURE(fixture, "the box's place is taken when the value is inside") {
    set(inside_live(first));
    hold_type hold;
    CHECK(take(hold));
    CHECK(hold.place() == &first.value);
    CHECK(now() == inside_live(first));
    hold.spent();
}

TEST_CASE_FIXTURE(fixture, "a place that was left less than the grace period ago is not taken") {
    const value_word words[] = {boxed(first), inside_live(first), value_word::dead()};
    for (const value_word word : words) {
        for (unsigned age = 0; age <= grace_epochs; ++age) {
            set(word);
            hold_type hold;
            CHECK_FALSE(take(hold, left_at + age));
            CHECK(now() == word.with(left));
        }
        set(word);
        hold_type hold;
        CHECK(take(hold, left_at + grace_epochs + 1));
    }
}

TEST_CASE_FIXTURE(fixture, "no place is taken where there is none, or where it is held") {
    const value_word words[] = {value_word::live_inline(), boxed(first), inside_live(first),
                                value_word::dead()};
    for (const value_word word : words) {
        set(word, vacancy{});
        hold_type hold;
        CHECK_FALSE(take(hold));
        CHECK(now() == word);
    }
}

TEST_CASE_FIXTURE(fixture, "a take that comes late takes nothing and reports the state") {
    set(boxed(first));
    value_word seen = now();
    SUBCASE("the value was replaced") { change(boxed(second).with(left)); }
    SUBCASE("the place was taken") { change(now().with(vacancy{})); }
    SUBCASE("the key was erased") { change(value_word::dead().with(left)); }
    SUBCASE("the place was used and left") { change(now().with(vacancy::since(left_at + 1))); }
    const value_word actual = now();
    {
        hold_type hold;
        CHECK_FALSE(hold.take(at, seen, expired));
        CHECK(seen == actual);
    }
    CHECK(now() == actual); // nothing to give back
}

TEST_CASE_FIXTURE(fixture, "of two operations one gets the place, and the other when it is back") {
    set(value_word::dead());
    auto one = std::make_unique<hold_type>();
    hold_type other;
    CHECK(take(*one));
    CHECK_FALSE(take(other));
    one.reset();
    CHECK(take(other));
}

TEST_CASE_FIXTURE(fixture, "what is held is held on, as long as the place is the node's") {
    SUBCASE("the place inside, whatever happens to the value") {
        set(boxed(first));
        hold_type hold;
        REQUIRE(take(hold));
        for (const value_word word : {boxed(second), value_word::dead(), boxed(first)}) {
            change(word);
            CHECK(take(hold, left_at)); // no epoch matters any more
            CHECK(hold.place() == at.first.address());
        }
    }
    SUBCASE("the box's") {
        set(inside_live(first));
        hold_type hold;
        REQUIRE(take(hold));
        CHECK(take(hold, left_at));
        CHECK(hold.place() == &first.value);
        CHECK(now() == inside_live(first));
    }
}

TEST_CASE_FIXTURE(fixture,
                  "a hold of a box that is the node's no more takes what is free instead") {
    set(inside_live(first));
    auto hold = std::make_unique<hold_type>();
    REQUIRE(take(*hold));
    SUBCASE("the place inside, when another operation put the value in a box of its own") {
        change(boxed(second).with(left));
        CHECK_FALSE(take(*hold, left_at));
        CHECK(take(*hold));
        CHECK(hold->place() == at.first.address());
        hold.reset();
        CHECK(now() == boxed(second).with(left));
    }
    SUBCASE("the place inside, when the key was erased") {
        change(value_word::dead().with(left));
        CHECK(take(*hold));
        CHECK(hold->place() == at.first.address());
        hold.reset();
        CHECK(now() == value_word::dead().with(left));
    }
    SUBCASE("the new box, when the value was moved to one and back") {
        change(boxed(second).with(left));
        change(boxed(second)); // the other one holds the place inside
        change(inside_live(second).with(left));
        CHECK(take(*hold));
        CHECK(hold->place() == &second.value);
        hold.reset();
        CHECK(now() == inside_live(second).with(left));
    }
    SUBCASE("nothing, when nothing is free") {
        change(boxed(second));
        CHECK_FALSE(take(*hold));
        hold.reset();
        CHECK(now() == boxed(second));
    }
}

TEST_CASE_FIXTURE(fixture, "a hold ends with its dropped node, and serves for the next") {
    set(value_word::dead());
    node_type next{value_word::dead().with(vacancy::since(left_at - 1))};
    {
        hold_type hold;
        REQUIRE(take(hold));
        REQUIRE(at.state.try_drop());
        value_word seen = next.state.load();
        CHECK(hold.take(next, seen, expired));
        CHECK(hold.place() == next.first.address());
    }
    CHECK(now() == value_word::dropped());
    CHECK(next.state.load() == value_word::dead().with(vacancy::since(left_at - 1)));
}

TEST_CASE_FIXTURE(fixture, "a value that goes inside leaves the box free, or none") {
    hold_type hold;
    SUBCASE("a box") {
        set(boxed(first));
        REQUIRE(take(hold));
        CHECK(hold.word_after(now(), 200) == inside_live(first).with(vacancy::since(200)));
    }
    SUBCASE("another box than when the place was taken") {
        set(boxed(first));
        REQUIRE(take(hold));
        change(boxed(second));
        CHECK(hold.word_after(now(), 200) == inside_live(second).with(vacancy::since(200)));
    }
    SUBCASE("none") {
        set(value_word::dead());
        REQUIRE(take(hold));
        CHECK(hold.word_after(now(), 200) == value_word::live_inline());
    }
}

TEST_CASE_FIXTURE(fixture, "a value that goes into the box leaves the place inside free") {
    set(inside_live(first));
    hold_type hold;
    REQUIRE(take(hold));
    CHECK(hold.word_after(now(), 200) == boxed(first).with(vacancy::since(200)));
}

TEST_CASE_FIXTURE(fixture, "a place that is not used goes back as it was") {
    value_word word;
    SUBCASE("inside, beside a box") { word = boxed(first); }
    SUBCASE("inside, without a value") { word = value_word::dead(); }
    SUBCASE("a box's") { word = inside_live(first); }
    set(word);
    {
        hold_type hold;
        REQUIRE(take(hold));
        CHECK(now() == word);
    }
    CHECK(now() == word.with(left));
}

TEST_CASE_FIXTURE(fixture, "the place inside goes back whatever became of the value") {
    set(boxed(first));
    value_word then;
    {
        hold_type hold;
        REQUIRE(take(hold));
        SUBCASE("in another box") { then = boxed(second); }
        SUBCASE("in a spare node") { then = value_word(value_state::live_spare, 0x1000); }
        SUBCASE("absent") { then = value_word::dead(); }
        change(then);
    }
    CHECK(now() == then.with(left));
}

TEST_CASE_FIXTURE(fixture, "a box that is the node's no more does not go back") {
    set(inside_live(first));
    value_word then;
    {
        hold_type hold;
        REQUIRE(take(hold));
        SUBCASE("the value is in another box") { then = boxed(second).with(left); }
        SUBCASE("the value is inside, beside another box") { then = inside_live(second); }
        SUBCASE("the value is inside, beside another free box") {
            then = inside_live(second).with(vacancy::since(left_at + 1));
        }
        SUBCASE("the value is inside, without a box") { then = value_word::live_inline(); }
        SUBCASE("the key is absent") { then = value_word::dead().with(left); }
        if (then.state() == value_state::live_inline)
            change(value_word::dead()); // on the way there, the place inside being held
        change(then);
    }
    CHECK(now() == then);
}

TEST_CASE_FIXTURE(fixture, "a dropped node gets nothing back") {
    set(value_word::dead());
    {
        hold_type hold;
        REQUIRE(take(hold));
        REQUIRE(at.state.try_drop());
        at.state.link().store(0x123456789a05, ferry::detail::relaxed); // it is garbage by then
    }
    CHECK(now().bits() == 0x123456789a05);
}

TEST_CASE_FIXTURE(fixture, "a place that was used does not go back") {
    set(boxed(first));
    {
        hold_type hold;
        REQUIRE(take(hold));
        change(hold.word_after(now(), 200));
        hold.spent();
    }
    CHECK(now() == inside_live(first).with(vacancy::since(200)));
}

TEST_CASE_FIXTURE(fixture, "threads that take a place and give it back hold it one at a time") {
    const std::size_t rounds = scaled(100000, 2000);
    bool in_box = false;
    SUBCASE("inside") {}
    SUBCASE("of a box") { in_box = true; }
    set(in_box ? inside_live(first) : boxed(first));
    at.first.value = 0;
    first.value = 0;
    std::uint64_t taken[3] = {};
    const auto found = crew(3, [&](unsigned id, findings &mine) {
        for (std::size_t i = 0; i < rounds; ++i) {
            hold_type hold;
            value_word seen = at.state.load();
            if (hold.take(at, seen, expired)) {
                ++taken[id];
                ++*hold.place(); // not atomic: nobody else may write there
            } else {
                mine.expect(!seen.vacancy().is_some() || seen.vacancy() == left,
                            "a place is held or left when it was");
            }
        }
    });
    CHECK(found.text() == "");
    CHECK((in_box ? first.value : at.first.value) == taken[0] + taken[1] + taken[2]);
    CHECK(now().vacancy() == left);
}

} // namespace unit_place_hold
