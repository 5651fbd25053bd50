// SPDX-License-Identifier: BSL-1.0

// The checker against a search that knows none of its shortcuts: small histories, right ones and
// the same with one result or one stamp changed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "calls.hpp"
#include "generate.hpp"
#include "support/linear/checker.hpp"
#include "support/linear/history.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace linear_random {

using namespace ferry::test::linear;
using ferry::test::prng;

namespace {

// Few, so that operations meet each other's values.
constexpr std::uint64_t some_values = 3;

call any_call(prng &random) {
    return {.what = static_cast<operation>(random.below(operations)),
            .value = random.below(some_values),
            .expected = random.below(some_values)};
}

state any_state(prng &random) {
    return random.once_in(3) ? absent : state(random.below(some_values));
}

// Some threads stop forever in a call, before or after its effect.
std::vector<executed> right_history(prng &random, const state &initial) {
    const std::size_t count = 2 + random.below(6);
    const std::size_t threads = random.once_in(4) ? count : 2 + random.below(3);
    std::vector<worker> workers;
    for (std::uint32_t i = 0; i < threads; ++i)
        workers.emplace_back(i);
    std::vector<executed> all;
    state at = initial;
    stamp now = 1;
    std::size_t invoked = 0;
    while (!workers.empty()) {
        now += random.below(2);
        const auto which = random.below(workers.size());
        worker &one = workers[which];
        if (one.idle() && invoked < count) {
            one.invoke(any_call(random), now);
            ++invoked;
        } else if (one.idle()) {
            workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(which));
        } else {
            one.step(at, now);
            if (one.idle())
                all.push_back(one.last());
        }
        if (which < workers.size() && !workers[which].idle() && random.once_in(20)) {
            all.push_back(workers[which].last());
            workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(which));
        }
    }
    return all;
}

void change_result(prng &random, executed &one) {
    if (!tells_what_it_found(one.what.what)) {
        one.got.flag = !one.got.flag;
        return;
    }
    const state before = one.got.found;
    while (one.got.found == before)
        one.got.found = any_state(random);
}

void change_stamp(prng &random, executed &one) {
    constexpr std::uint64_t latest = 20;
    if (one.returned == pending || random.once_in(2)) {
        one.invoked = random.below(std::min(one.returned, latest) + 1);
    } else {
        one.returned = one.invoked + random.below(latest);
    }
}

// Tries all orders of what is left; `done` is by position.
bool has_an_order(std::span<const executed> all, std::vector<bool> &done, const state &at) {
    const auto left_and_returned = [&](std::size_t i) {
        return !done[i] && all[i].returned != pending;
    };
    bool complete = true;
    for (std::size_t i = 0; i < all.size(); ++i)
        complete = complete && !left_and_returned(i);
    if (complete)
        return true;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (done[i])
            continue;
        bool comes_later = false;
        for (std::size_t j = 0; j < all.size(); ++j)
            comes_later |= left_and_returned(j) && all[j].returned < all[i].invoked;
        state after = at;
        const outcome got = execute(all[i].what, after);
        if (comes_later || (all[i].returned != pending && got != all[i].got))
            continue;
        done[i] = true;
        const bool found = has_an_order(all, done, after);
        done[i] = false;
        if (found)
            return true;
    }
    return false;
}

bool has_an_order(std::span<const executed> all, const state &initial) {
    std::vector<bool> done(all.size());
    return has_an_order(all, done, initial);
}

} // namespace

TEST_CASE("the checker's answer for a small history is that of trying all orders") {
    FERRY_SHOW_SEED();
    const std::size_t count = ferry::test::scaled(200000, 20000);
    checker one;
    std::size_t right = 0;
    std::size_t turned_back = 0;
    std::size_t differ = 0;
    std::string first;
    for (std::size_t i = 0; i < count; ++i) {
        prng random(i);
        const state initial = any_state(random);
        std::vector<executed> all = right_history(random, initial);
        const bool changed = !random.once_in(4);
        if (changed) {
            executed &victim = all[random.below(all.size())];
            if (victim.returned == pending || random.once_in(3))
                change_stamp(random, victim);
            else
                change_result(random, victim);
        }
        std::vector<event> history;
        history.reserve(all.size());
        for (const executed &each : all)
            history.push_back(recorded(each));
        const bool expected = has_an_order(all, initial);
        const std::string why = one.check(history, std::span(&initial, 1));
        right += expected;
        turned_back += expected && one.dead() != 0;
        if (why.empty() == expected && (expected || changed))
            continue;
        if (differ++ == 0) {
            first = "history " + std::to_string(i) + ", at first " + in_words(initial) + "\n";
            for (const event &each : history)
                first += in_words(each) + "\n";
            first += expected ? "has an order; the checker: " : "has none; the checker: ";
            first += why.empty() ? "right" : why;
        }
    }
    INFO(first);
    CHECK(differ == 0);
    CHECK(right > count / 5);
    CHECK(count - right > count / 5);
    // Histories that need the search to turn back, and yet are right.
    CHECK(turned_back > count / 1000);
}

} // namespace linear_random
