// SPDX-License-Identifier: BSL-1.0
#pragma once

// Operations on one key as a program calls them, and a map of one key that executes them. It knows
// nothing of transitions: what the checker is compared with must not share its mistakes.

#include <cstdint>

#include "support/linear/history.hpp"
#include "support/random.hpp"

namespace ferry::test::linear {

enum class operation : std::uint8_t {
    get,
    contains,
    insert,
    get_or_emplace,
    insert_or_assign,
    exchange,
    update,
    upsert,
    compute, // puts `value` if there is none, else erases
    compare_exchange,
    erase,
    extract,
    compare_erase,
    erase_if, // the value `expected`
};
inline constexpr unsigned operations = 14;

struct call {
    operation what;
    value_type value = 0; // put or inserted; the delta of update and upsert is 1
    value_type expected = 0;
};

// What the caller learns: a flag, or the state that the operation found.
struct outcome {
    bool flag = false;
    state found;

    friend bool operator==(const outcome &, const outcome &) = default;
};

// Whether `found` is the outcome, not `flag`.
constexpr bool tells_what_it_found(operation what) {
    switch (what) {
    case operation::contains:
    case operation::insert:
    case operation::insert_or_assign:
    case operation::compare_exchange:
    case operation::erase:
    case operation::compare_erase:
        return false;
    default:
        return true;
    }
}

constexpr value_type delta = 1;

inline outcome execute(const call &one, state &now) {
    const state found = now;
    const bool as_expected = found == state(one.expected);
    switch (one.what) {
    case operation::get:
        return {false, found};
    case operation::contains:
        return {found.present, {}};
    case operation::insert:
        if (!found)
            now = one.value;
        return {!found.present, {}};
    case operation::get_or_emplace:
        if (!found)
            now = one.value;
        return {false, found};
    case operation::insert_or_assign:
        now = one.value;
        return {!found.present, {}};
    case operation::exchange:
        now = one.value;
        return {false, found};
    case operation::update:
        if (found)
            now.value += delta;
        return {false, found};
    case operation::upsert:
        now = found ? found.value + delta : one.value;
        return {false, found};
    case operation::compute:
        now = found ? absent : state(one.value);
        return {false, found};
    case operation::compare_exchange:
        if (as_expected)
            now = one.value;
        return {as_expected, {}};
    case operation::erase:
        now = absent;
        return {found.present, {}};
    case operation::extract:
        now = absent;
        return {false, found};
    case operation::compare_erase:
        if (as_expected)
            now = absent;
        return {as_expected, {}};
    case operation::erase_if:
        if (as_expected)
            now = absent;
        return {false, found};
    }
    return {};
}

// As a recorder would write it down.
inline transition recorded(const call &one, const outcome &got) {
    const state made = got.found ? state(got.found.value + delta) : absent;
    const bool found_expected = got.found == state(one.expected);
    switch (one.what) {
    case operation::get:
        return did::get(got.found);
    case operation::contains:
        return did::contains(got.flag);
    case operation::insert:
        return did::insert(one.value, got.flag);
    case operation::get_or_emplace:
        return did::get_or_emplace(one.value, !got.found, got.found ? got.found.value : one.value);
    case operation::insert_or_assign:
        return did::insert_or_assign(one.value, got.flag);
    case operation::exchange:
        return did::exchange(one.value, got.found);
    case operation::update:
        return did::update(got.found.present, got.found, made);
    case operation::upsert:
        return did::upsert(one.value, !got.found, got.found, made);
    case operation::compute:
        return did::compute(got.found, got.found ? absent : state(one.value));
    case operation::compare_exchange:
        return did::compare_exchange(one.expected, one.value, got.flag);
    case operation::erase:
        return did::erase(got.flag);
    case operation::extract:
        return did::extract(got.found);
    case operation::compare_erase:
        return did::compare_erase(one.expected, got.flag);
    case operation::erase_if:
        return did::erase_if(got.found, found_expected, found_expected);
    }
    return {};
}

// As it would be recorded had it never returned.
inline transition intended(const call &one) {
    switch (one.what) {
    case operation::get:
    case operation::contains:
        return {};
    case operation::insert:
    case operation::get_or_emplace:
        return would::insert(one.value);
    case operation::insert_or_assign:
    case operation::exchange:
        return would::insert_or_assign(one.value);
    case operation::update:
        return would::update(delta);
    case operation::upsert:
        return would::upsert(one.value, delta);
    case operation::compute:
        return would::compute(one.value, absent);
    case operation::compare_exchange:
        return would::compare_exchange(one.expected, one.value);
    case operation::erase:
    case operation::extract:
        return would::erase();
    case operation::compare_erase:
    case operation::erase_if:
        return would::compare_erase(one.expected);
    }
    return {};
}

} // namespace ferry::test::linear
