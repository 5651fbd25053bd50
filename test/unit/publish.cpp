// SPDX-License-Identifier: BSL-1.0

// Making a value the live one of a node that is there: into which place it goes, and what other
// operations may do between any two of its steps.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <doctest/doctest.h>

#include "open_map.hpp"
#include "pinned.hpp"

namespace unit_publish {

using namespace ferry::test;
using ferry::detail::epoch_value;
using ferry::detail::grace_epochs;
using ferry::detail::retired_kind;
using ferry::engine::result_copy;
using ferry::engine::vacancy;
using ferry::engine::value_state;
using ferry::engine::value_word;

namespace {

// Whether a value was made the live one.
template <class... Arguments>
bool publishes(Arguments &&...arguments) {
    return ferry::engine::publish(arguments...) == ferry::engine::attempt::done;
}

using map_type = open_map<std::uint64_t, std::uint64_t>;
using core_type = map_type::core_type;
using node_type = map_type::node_type;

static_assert(node_type::reuses_places);

constexpr std::uint64_t key = 1;

// A map of one element, whose node is looked into.
struct fixture {
    fixture() {
        const pinned pin(map.home);
        REQUIRE(map.insert(pin.self, key, 1));
        at = &map.node_of(map.root(), key);
    }

    value_word state() const { return at->state.load(); }
    epoch_value epoch() const { return map.home.epoch(); }

    // Nobody is pinned.
    void pass(unsigned epochs) { REQUIRE(advances(map.home, epochs) == epochs); }
    void pass_grace() { pass(grace_epochs + 1); }

    // As update and insert do.
    bool put(std::uint64_t value) {
        const pinned pin(map.home);
        result_copy<core_type> fresh(map.core);
        fresh.fill([&] { return value; });
        value_word seen = state();
        const bool done = publishes(map.core, pin.self, *at, seen, fresh);
        CHECK(seen == state());
        if (done)
            CHECK(*at->value_at(seen) == value);
        return done;
    }
    void erase() {
        const pinned pin(map.home);
        map.kill(pin.self, *at);
    }

    std::size_t outside() const { return map.core.sum(&ferry::engine::node_counts::boxes); }
    std::int64_t retired() const { return map.pending(ferry::engine::retired::box); }

    // The shapes a node can have; the free place is expired afterwards.
    void make_boxed() { // the value in a box, the place inside free
        REQUIRE(put(2));
        pass_grace();
        REQUIRE(state().state() == value_state::live_box);
    }
    void make_inside_with_box() {
        make_boxed();
        REQUIRE(put(3));
        pass_grace();
        REQUIRE(state().state() == value_state::live_inline);
        REQUIRE(state().owns_box());
    }
    void make_dead() {
        erase();
        pass_grace();
    }

    map_type map{20};
    node_type *at = nullptr;
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a key that is inserted again has its value inside the node again") {
    make_dead();
    CHECK(state() == value_word::dead().with(vacancy::since(epoch() - grace_epochs - 1)));
    CHECK(put(2));
    CHECK(state() == value_word::live_inline());
    CHECK(outside() == 0);
    CHECK(retired() == 0);
    CHECK(map.dead() == 0);
}

TEST_CASE_FIXTURE(fixture,
                  "the second value of a node gets a box, and the first one's place is free") {
    CHECK(put(2));
    CHECK(state().state() == value_state::live_box);
    CHECK(state().vacancy() == vacancy::since(epoch()));
    CHECK(outside() == 1);
    CHECK(retired() == 0);
}

TEST_CASE_FIXTURE(fixture, "a value goes from the box to the place inside, and the box stays") {
    make_boxed();
    const std::uint64_t box = state().address();
    CHECK(put(3));
    CHECK(state() == value_word(value_state::live_inline, box).with(vacancy::since(epoch())));
    CHECK(outside() == 1);
    CHECK(retired() == 0);
}

TEST_CASE_FIXTURE(fixture, "a value goes from the place inside to the box that is free") {
    make_inside_with_box();
    const std::uint64_t box = state().address();
    CHECK(put(4));
    CHECK(state() == value_word(value_state::live_box, box).with(vacancy::since(epoch())));
    CHECK(outside() == 1);
    CHECK(retired() == 0);
}

namespace {

// Calls test(map, age, expired) with a map of its own for each age around the grace period.
template <class Test>
void at_each_age(Test &&test) {
    for (unsigned age = 0; age <= grace_epochs + 1; ++age) {
        CAPTURE(age);
        fixture here;
        test(here, age, age > grace_epochs);
        CHECK(here.outside() == (here.state().owns_box() ? 1 : 0));
    }
}

} // namespace

TEST_CASE("the place inside is used again after the grace period and no sooner") {
    at_each_age([](fixture &here, unsigned age, bool expired) {
        REQUIRE(here.put(2));
        const vacancy left = here.state().vacancy();
        const std::uint64_t box = here.state().address();
        here.pass(age);
        CHECK(here.put(3));
        CHECK((here.state().state() == value_state::live_inline) == expired);
        CHECK((here.state().address() == box) == expired);
        CHECK(here.state().vacancy() == (expired ? vacancy::since(here.epoch()) : left));
        CHECK(here.retired() == (expired ? 0 : 1));
    });
}

TEST_CASE("a box is used again after the grace period and no sooner") {
    at_each_age([](fixture &here, unsigned age, bool expired) {
        here.make_boxed();
        REQUIRE(here.put(3));
        const std::uint64_t box = here.state().address();
        here.pass(age);
        CHECK(here.put(4));
        CHECK(here.state().state() == value_state::live_box);
        CHECK((here.state().address() == box) == expired);
        CHECK(here.state().vacancy() == vacancy::since(here.epoch()));
        CHECK(here.retired() == (expired ? 0 : 1));
    });
}

TEST_CASE("an erased value's place is used again after the grace period and no sooner") {
    at_each_age([](fixture &here, unsigned age, bool expired) {
        here.erase();
        const vacancy left = here.state().vacancy();
        here.pass(age);
        CHECK(here.put(2));
        CHECK((here.state() == value_word::live_inline()) == expired);
        CHECK(here.state().vacancy() == (expired ? vacancy{} : left));
        CHECK(here.retired() == 0);
    });
}

TEST_CASE_FIXTURE(fixture, "erasing leaves the place inside free and retires the box") {
    SUBCASE("of a value inside, without a box") {
        erase();
        CHECK(state() == value_word::dead().with(vacancy::since(epoch())));
        CHECK(retired() == 0);
    }
    SUBCASE("of a value inside, with a box") {
        make_inside_with_box();
        erase();
        CHECK(state() == value_word::dead().with(vacancy::since(epoch())));
        CHECK(retired() == 1);
    }
    SUBCASE("of a value in a box") {
        make_boxed();
        const vacancy left = state().vacancy();
        erase();
        CHECK(state() == value_word::dead().with(left)); // since when it was
        CHECK(retired() == 1);
    }
    CHECK(outside() == 0);
}

TEST_CASE_FIXTURE(fixture,
                  "a pinned thread keeps what it read, however often the value is replaced") {
    make_inside_with_box();
    const pinned_thread reader(map.home); // as if it read the value there is
    const std::uint64_t *const held = at->value_at(state());
    CHECK(put(100)); // the box is expired
    for (std::uint64_t i = 101; i < 400; ++i) {
        map.home.try_advance();
        CHECK(put(i));
        CHECK(at->value_at(state()) != held);
    }
    CHECK(*held == 3);
}

TEST_CASE_FIXTURE(fixture, "an old pin of the operation's own thread counts as any other") {
    const pinned outer(map.home);
    const std::uint64_t *const held = at->value_at(state());
    for (std::uint64_t i = 2; i < 400; ++i) {
        map.home.try_advance();
        CHECK(put(i));
        CHECK(at->value_at(state()) != held);
    }
    CHECK(*held == 1);
    CHECK(epoch() <= ferry::detail::pinned_epoch(outer.self.scan_pin()) + 1);
}

namespace {

enum class step { before_take, after_take, before_change, never };

// A result whose steps are watched: between any two of them other operations may come.
class watched_result {
    using result_type = result_copy<core_type>;

public:
    struct watched_hold {
        bool take(node_type &node, value_word &seen, epoch_value now) {
            home.reach(step::before_take);
            const bool taken = home.result.hold.take(node, seen, now);
            home.reach(step::after_take);
            return taken;
        }
        std::uint64_t *place() const { return home.result.hold.place(); }
        value_word word_after(value_word seen, epoch_value now) const {
            const value_word to = home.result.hold.word_after(seen, now);
            home.reach(step::before_change);
            return to;
        }
        watched_result &home;
    };

    watched_result(core_type &core, step when, std::function<void()> other)
        : result(core), when_(when), other_(std::move(other)) {}

    void copy(std::uint64_t *to) const { result.copy(to); }
    value_word in_box() {
        const value_word to = result.in_box();
        reach(step::before_change);
        return to;
    }
    void published(value_word word) { result.published(word); }
    bool interrupted() const { return when_ == step::never; }

    result_type result;
    watched_hold hold{*this};

private:
    void reach(step now) {
        if (now == when_) {
            when_ = step::never;
            other_();
        }
    }

    step when_;
    std::function<void()> other_;
};

} // namespace

TEST_CASE_FIXTURE(fixture,
                  "an epoch that a slow operation read is not older than its vacancy tells") {
    // The operation reads the epoch e; then it goes to e + 1, a reader pins there and reads the
    // value, and only then the value is unlinked. The reader's pin lets the epoch go to e + 2.
    make_boxed();
    const epoch_value e = epoch();
    std::optional<pinned_thread> reader;
    const std::uint64_t *held = nullptr;
    {
        const pinned pin(map.home);
        watched_result fresh(map.core, step::before_change, [&] {
            REQUIRE(map.home.try_advance());
            REQUIRE_FALSE(map.home.try_advance());
            reader.emplace(map.home);
            held = at->value_at(state());
        });
        fresh.result.fill([] { return std::uint64_t{3}; });
        value_word seen = state();
        REQUIRE(publishes(map.core, pin.self, *at, seen, fresh));
        CHECK(fresh.interrupted());
        CHECK(state().vacancy() == vacancy::since(e));
    }
    while (map.home.try_advance()) {
    }
    CHECK(epoch() == e + 2);
    CHECK(put(4));
    CHECK(*held == 2);
    CHECK(at->value_at(state()) != held);
    reader.reset();
}

namespace {

constexpr std::uint64_t ours = 1000;
constexpr std::uint64_t theirs = 2000;

enum class shape { inside, boxed, boxed_fresh, inside_box, inside_box_fresh, dead, dead_fresh };
constexpr shape shapes[] = {
    shape::inside,           shape::boxed, shape::boxed_fresh, shape::inside_box,
    shape::inside_box_fresh, shape::dead,  shape::dead_fresh};

enum class intrusion {
    none,
    replace,
    replace_twice,
    erase,
    replace_and_erase,
    erase_and_replace,
    hold_on,
    hold_and_let_go
};
constexpr intrusion intrusions[] = {
    intrusion::none,    intrusion::replace,           intrusion::replace_twice,
    intrusion::erase,   intrusion::replace_and_erase, intrusion::erase_and_replace,
    intrusion::hold_on, intrusion::hold_and_let_go};

constexpr step steps[] = {step::before_take, step::after_take, step::before_change};

void bring_into(fixture &here, shape what) {
    switch (what) {
    case shape::inside:
        break;
    case shape::boxed:
        here.make_boxed();
        break;
    case shape::boxed_fresh:
        REQUIRE(here.put(2));
        break;
    case shape::inside_box:
        here.make_inside_with_box();
        break;
    case shape::inside_box_fresh:
        here.make_boxed();
        REQUIRE(here.put(3));
        break;
    case shape::dead:
        here.make_dead();
        break;
    case shape::dead_fresh:
        here.erase();
        break;
    }
}

using hold_type = ferry::engine::place_hold<node_type>;

// Another operation, on the same key. What it holds on to is in `kept`.
void intrude(fixture &here, intrusion what, std::unique_ptr<hold_type> &kept) {
    const auto erase = [&] {
        if (here.state().is_live())
            here.erase();
    };
    switch (what) {
    case intrusion::none:
        break;
    case intrusion::replace:
        CHECK(here.put(theirs));
        break;
    case intrusion::replace_twice:
        CHECK(here.put(theirs - 1));
        CHECK(here.put(theirs));
        break;
    case intrusion::erase:
        erase();
        break;
    case intrusion::replace_and_erase:
        CHECK(here.put(theirs));
        erase();
        break;
    case intrusion::erase_and_replace:
        erase();
        CHECK(here.put(theirs));
        break;
    case intrusion::hold_on:
    case intrusion::hold_and_let_go:
        kept = std::make_unique<hold_type>();
        value_word seen = here.state();
        kept->take(*here.at, seen, here.epoch());
        if (what == intrusion::hold_and_let_go)
            kept.reset();
        break;
    }
}

// Whether the key's value is another one by that, for who saw it live or absent before.
bool changes_value(intrusion what, bool was_live) {
    switch (what) {
    case intrusion::replace:
    case intrusion::replace_twice:
    case intrusion::erase_and_replace:
        return true;
    case intrusion::erase:
    case intrusion::replace_and_erase:
        return was_live;
    default:
        return false;
    }
}

// What was left of all holds and boxes: none is lost. Two places serve from here on.
void check_that_nothing_is_lost(fixture &here) {
    CHECK(here.outside() == (here.state().owns_box() ? 1 : 0));
    for (std::uint64_t i = 0; i < 3; ++i) {
        here.pass_grace();
        CHECK(here.put(i));
    }
    CHECK(here.outside() == 1);
    const std::uint64_t box = here.state().address();
    for (std::uint64_t i = 0; i < 4; ++i) {
        here.pass_grace();
        CHECK(here.put(i));
        CHECK(here.state().address() == box);
    }
    CHECK(here.outside() == 1);
}

} // namespace

TEST_CASE("whatever comes between the steps, a value is published once or not at all") {
    for (const shape from : shapes) {
        for (const intrusion what : intrusions) {
            for (const step when : steps) {
                CAPTURE(static_cast<int>(from));
                CAPTURE(static_cast<int>(what));
                CAPTURE(static_cast<int>(when));
                fixture here;
                bring_into(here, from);
                {
                    const pinned pin(here.map.home);
                    const value_word before = here.state();
                    const std::uint64_t *const held =
                        before.is_live() ? here.at->value_at(before) : nullptr;
                    const std::uint64_t was = held != nullptr ? *held : 0;
                    std::unique_ptr<hold_type> kept;
                    const std::uint64_t *other = nullptr; // the value put in between
                    value_word seen = before;
                    {
                        watched_result fresh(here.map.core, when, [&] {
                            intrude(here, what, kept);
                            if (here.state().is_live() && what != intrusion::none)
                                other = here.at->value_at(here.state());
                        });
                        fresh.result.fill([] { return ours; });
                        const bool done = publishes(here.map.core, pin.self, *here.at, seen, fresh);
                        CHECK(fresh.interrupted());
                        CHECK(seen == here.state());
                        CHECK(done == !changes_value(what, before.is_live()));
                        if (done) {
                            CHECK(*here.at->value_at(here.state()) == ours);
                        } else if (other != nullptr) {
                            CHECK(here.at->value_at(here.state()) == other);
                            CHECK(*other == theirs);
                        } else {
                            CHECK(here.state().is_dead());
                        }
                        // Once more, as the operation's next turn.
                        if (!done) {
                            fresh.result.fill([] { return ours + 1; });
                            CHECK(publishes(here.map.core, pin.self, *here.at, seen, fresh));
                            CHECK(*here.at->value_at(here.state()) == ours + 1);
                        }
                        CHECK(here.outside() == (here.state().owns_box() ? 1 : 0));
                    }
                    // All is as it was for who read it under the pin.
                    if (held != nullptr)
                        CHECK(*held == was);
                    if (other != nullptr && *here.at->value_at(here.state()) == ours + 1)
                        CHECK(*other == theirs);
                    kept.reset();
                }
                check_that_nothing_is_lost(here);
            }
        }
    }
}

TEST_CASE("a place that is given up half-way serves the next operation") {
    fixture here;
    SUBCASE("inside") { here.make_boxed(); }
    SUBCASE("a box") { here.make_inside_with_box(); }
    SUBCASE("inside, of a key that is absent") { here.make_dead(); }
    const value_word before = here.state();
    {
        const pinned pin(here.map.home);
        result_copy<core_type> fresh(here.map.core);
        fresh.fill([] { return ours; });
        value_word seen = before;
        REQUIRE(fresh.hold.take(*here.at, seen, here.epoch()));
        fresh.copy(fresh.hold.place());
        CHECK_FALSE(here.state().vacancy().is_some());
    }
    CHECK(here.state() == before);
    CHECK(here.put(2));
    CHECK(here.state().address() == before.address());
    CHECK(here.retired() == 0);
}

TEST_CASE("a node that is dropped while its place is held goes with all that is written there") {
    map_type map(20, true); // drop_on_erase
    auto pin = std::make_unique<pinned>(map.home);
    REQUIRE(map.insert(pin->self, key, 1));
    node_type &old = map.node_of(map.root(), key);
    {
        result_copy<core_type> first(map.core);
        first.fill([] { return std::uint64_t{2}; });
        value_word seen = old.state.load();
        REQUIRE(publishes(map.core, pin->self, old, seen, first));
    }
    pin.reset();
    REQUIRE(advances(map.home, grace_epochs + 1) == grace_epochs + 1);
    pin = std::make_unique<pinned>(map.home);
    {
        watched_result fresh(map.core, step::after_take, [&] { map.kill(pin->self, old); });
        fresh.result.fill([] { return ours; });
        value_word seen = old.state.load();
        CHECK_FALSE(publishes(map.core, pin->self, old, seen, fresh));
        CHECK(fresh.interrupted());
        CHECK(seen.is_dropped());
        CHECK(map.pending(ferry::engine::retired::node) == 1);
        CHECK(map.pending(ferry::engine::retired::box) == 1);
        // The key's next node is another one, and so is its place.
        REQUIRE(map.insert(pin->self, key, 3));
        node_type &next = map.node_of(map.root(), key);
        CHECK(&next != &old);
        seen = next.state.load();
        CHECK(publishes(map.core, pin->self, next, seen, fresh));
        CHECK(*next.value_at(seen) == ours);
    }
    CHECK(old.state.load().is_dropped());
    CHECK(*map.find(pin->self, key) == ours);
}

} // namespace unit_publish
