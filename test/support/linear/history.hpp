// SPDX-License-Identifier: BSL-1.0
#pragma once

// What threads did to the keys of a map, and when: the input of the linearizability checker.
//
// An event is one operation on one key. Its transition says what the operation does to the key in
// each state it may find it in, given the result it had: a partial function from the state before
// to the state after, without the states that would have led to another result. So get() = 5 is
// {5 -> 5}; contains() = true is {v -> v}; erase() = true is {v -> absent}; a failed
// compare_exchange(5, 6) is {absent -> absent, v -> v for v != 5}.
//
// How the operations of the interface become transitions (`did` has one function for each):
//
//   everything known     get, visit, visit_many, find; get_or_emplace, get_or_emplace_with;
//   {before -> after}    exchange; extract; and those that call a function, which tells what it
//                        saw and made in its last call: update, upsert, compute, erase_if
//   presence known       contains, count; insert, try_emplace, insert_range; insert_or_assign;
//                        erase
//   difference known     compare_exchange and compare_erase that fail (that succeed: everything)
//
// erase_if of the whole map and clear() are an erase_if of each key they call the predicate with.
// size() and iterations: whole_map.hpp. The elements of a set are keys with value 0.
//
// An operation that never returned is pending: it took effect once after its invocation, or never.
// Its result is unknown, and its transition says what it does in every state (`would`); where that
// leaves out a state it does nothing there. One that only reads need not be recorded.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace ferry::test::linear {

using key_type = std::uint32_t;
using value_type = std::uint64_t;

// Of one key: its value, or nothing. (Not an optional: g++ 12 takes copies of those for
// uninitialized.)
struct state {
    constexpr state() = default;
    constexpr state(value_type of) : value(of), present(true) {}
    constexpr state(std::optional<value_type> of)
        : value(of.value_or(0)), present(of.has_value()) {}

    constexpr explicit operator bool() const { return present; }
    friend constexpr bool operator==(const state &, const state &) = default;

    value_type value = 0; // 0 if there is none
    bool present = false;
};
inline constexpr state absent;

// A larger one is later. Taken before the call and after the return; of equal ones nothing follows.
using stamp = std::uint64_t;
inline constexpr stamp pending = std::numeric_limits<stamp>::max();

struct transition {
    enum class of_absent : std::uint8_t { excluded, stays, becomes };
    enum class of_present : std::uint8_t { excluded, stays, becomes, grows, goes };
    enum class values : std::uint8_t { any, expected, others };

    const char *operation = ""; // in the interface, for explanations
    of_absent nothing = of_absent::excluded;
    of_present something = of_present::excluded;
    values which = values::any;    // the present ones that are not excluded
    value_type expected = 0;       // for `which`
    value_type from_nothing = 0;   // what an absent key becomes
    value_type from_something = 0; // what a present one becomes, or grows by

    // False: the operation's result excludes this state.
    constexpr bool apply(state &now) const {
        if (!now.present) {
            if (nothing == of_absent::becomes)
                now = from_nothing;
            return nothing != of_absent::excluded;
        }
        if (which != values::any && (now.value == expected) != (which == values::expected))
            return false;
        switch (something) {
        case of_present::excluded:
            return false;
        case of_present::stays:
            break;
        case of_present::becomes:
            now = from_something;
            break;
        case of_present::grows:
            now.value += from_something;
            break;
        case of_present::goes:
            now = absent;
            break;
        }
        return true;
    }

    // Changes nothing, whatever it finds.
    constexpr bool only_looks() const {
        return nothing != of_absent::becomes && something <= of_present::stays;
    }
};

struct event {
    transition what;
    stamp invoked = 0;
    stamp returned = pending;
    key_type key = 0;
    std::uint32_t thread = 0;
};
static_assert(std::is_trivially_copyable_v<event> && sizeof(event) <= 64);

// "found 5, put 6"
std::string in_words(const transition &what);
// "thread 1 [3, 8] exchange: found 5, put 6"
std::string in_words(const event &one);
// "absent" or the value
std::string in_words(const state &one);

// Of operations that returned. `seen` is what the operation found, or what a function of the user
// saw in its last call; nothing if it was not called.
namespace did {

using of_absent = transition::of_absent;
using of_present = transition::of_present;
using values = transition::values;

// A result that no state explains.
constexpr transition impossible(const char *operation) { return {.operation = operation}; }

constexpr transition change(const char *operation, state before, state after) {
    if (!before)
        return {.operation = operation,
                .nothing = after ? of_absent::becomes : of_absent::stays,
                .from_nothing = after.value};
    return {.operation = operation,
            .something = !after            ? of_present::goes
                         : after == before ? of_present::stays
                                           : of_present::becomes,
            .which = values::expected,
            .expected = before.value,
            .from_something = after.value};
}

constexpr transition get(state seen) { return change("get", seen, seen); }

constexpr transition contains(bool found) {
    return {.operation = "contains",
            .nothing = found ? of_absent::excluded : of_absent::stays,
            .something = found ? of_present::stays : of_present::excluded};
}

constexpr transition insert(value_type value, bool inserted) {
    return inserted ? change("insert", absent, value)
                    : transition{.operation = "insert", .something = of_present::stays};
}

// `there`: the value in the handle.
constexpr transition get_or_emplace(value_type value, bool inserted, value_type there) {
    if (!inserted)
        return change("get_or_emplace", there, there);
    return there == value ? change("get_or_emplace", absent, value) : impossible("get_or_emplace");
}

constexpr transition insert_or_assign(value_type value, bool inserted) {
    return inserted ? change("insert_or_assign", absent, value)
                    : transition{.operation = "insert_or_assign",
                                 .something = of_present::becomes,
                                 .from_something = value};
}

constexpr transition exchange(value_type value, state replaced) {
    return change("exchange", replaced, value);
}

constexpr transition update(bool found, state seen, state made) {
    if (!found)
        return change("update", absent, absent);
    return seen && made ? change("update", seen, made) : impossible("update");
}

constexpr transition upsert(value_type value, bool inserted, state seen, state made) {
    if (inserted)
        return change("upsert", absent, value);
    return seen && made ? change("upsert", seen, made) : impossible("upsert");
}

// `wanted`: what the function decided on, which for ferry::keep is what it saw. Whether the
// compute_result says the same is for the caller to see.
constexpr transition compute(state seen, state wanted) { return change("compute", seen, wanted); }

constexpr transition compare_exchange(value_type expected, value_type desired, bool succeeded) {
    return succeeded ? change("compare_exchange", expected, desired)
                     : transition{.operation = "compare_exchange",
                                  .nothing = of_absent::stays,
                                  .something = of_present::stays,
                                  .which = values::others,
                                  .expected = expected};
}

constexpr transition erase(bool erased) {
    return erased ? transition{.operation = "erase", .something = of_present::goes}
                  : change("erase", absent, absent);
}

constexpr transition extract(state seen) { return change("extract", seen, absent); }

constexpr transition compare_erase(value_type expected, bool erased) {
    return erased ? change("compare_erase", expected, absent)
                  : transition{.operation = "compare_erase",
                               .nothing = of_absent::stays,
                               .something = of_present::stays,
                               .which = values::others,
                               .expected = expected};
}

// `agreed`: what the predicate said in its last call. If it agreed and nothing was erased, another
// thread erased the key just then.
constexpr transition erase_if(state seen, bool agreed, bool erased) {
    if (erased)
        return seen && agreed ? change("erase_if", seen, absent) : impossible("erase_if");
    return seen && !agreed ? change("erase_if", seen, seen) : change("erase_if", absent, absent);
}

} // namespace did

// Of operations that never returned: what they do when they take effect.
namespace would {

using of_absent = transition::of_absent;
using of_present = transition::of_present;
using values = transition::values;

// Also try_emplace and get_or_emplace.
constexpr transition insert(value_type value) { return did::insert(value, true); }

// Also exchange.
constexpr transition insert_or_assign(value_type value) {
    return {.operation = "insert_or_assign",
            .nothing = of_absent::becomes,
            .something = of_present::becomes,
            .from_nothing = value,
            .from_something = value};
}

// With a function that adds `delta`, modulo 2^64.
constexpr transition update(value_type delta) {
    return {.operation = "update", .something = of_present::grows, .from_something = delta};
}

constexpr transition upsert(value_type value, value_type delta) {
    return {.operation = "upsert",
            .nothing = of_absent::becomes,
            .something = of_present::grows,
            .from_nothing = value,
            .from_something = delta};
}

// With a function that decides on the same for every value it sees.
constexpr transition compute(state if_absent, state if_present) {
    return {.operation = "compute",
            .nothing = if_absent ? of_absent::becomes : of_absent::stays,
            .something = if_present ? of_present::becomes : of_present::goes,
            .from_nothing = if_absent.value,
            .from_something = if_present.value};
}

constexpr transition compare_exchange(value_type expected, value_type desired) {
    return did::compare_exchange(expected, desired, true);
}

// Also extract, and erase_if with a predicate that agrees to everything.
constexpr transition erase() { return did::erase(true); }

// Also erase_if with a predicate that agrees to this value only.
constexpr transition compare_erase(value_type expected) {
    return did::compare_erase(expected, true);
}

} // namespace would

// Grows to its size once and is used again.
class history {
public:
    // An operation begins; it stays pending until complete() is called with what this returned.
    std::size_t invoke(std::uint32_t thread, key_type key, const transition &would, stamp now) {
        events_.push_back(
            {.what = would, .invoked = now, .returned = pending, .key = key, .thread = thread});
        return events_.size() - 1;
    }

    void complete(std::size_t which, const transition &did, stamp now) {
        events_[which].what = did;
        events_[which].returned = now;
    }

    void add(const event &one) { events_.push_back(one); }
    // The events of another thread.
    void add(const history &other) {
        events_.insert(events_.end(), other.events_.begin(), other.events_.end());
    }
    void clear() { events_.clear(); }

    std::span<const event> events() const { return events_; }

private:
    std::vector<event> events_;
};

} // namespace ferry::test::linear
