// SPDX-License-Identifier: BSL-1.0

// Wrong histories, each beside a right one that differs in one event: the checker tells them
// apart, so it neither misses the fault nor rejects what surrounds it.

#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/linear/checker.hpp"
#include "support/linear/history.hpp"
#include "support/linear/whole_map.hpp"

namespace linear_rejects {

using namespace ferry::test::linear;

namespace {

using events = std::vector<event>;

event op(stamp invoked, stamp returned, const transition &what, key_type key = 0) {
    return {.what = what, .invoked = invoked, .returned = returned, .key = key};
}

std::string checked(const events &history, state initial) {
    checker one;
    return one.check(history, std::span(&initial, 1));
}

// The history is right, and wrong with `instead` in the place of its event `which`.
void tells_apart(events history, std::size_t which, const event &instead, state initial = absent) {
    CHECK(checked(history, initial) == "");
    history.at(which) = instead;
    CHECK(checked(history, initial) != "");
}

bool has(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

std::string whole(const events &history, const std::vector<sweep> &sweeps,
                  const std::vector<size_reading> &sizes = {}, std::vector<state> initial = {},
                  sighted values = sighted::current) {
    checker one;
    return check_whole_map(one, history, sweeps, sizes, initial, values);
}

} // namespace

// --- what is written is there, and nothing else ---

TEST_CASE("an insert that is lost is rejected") {
    tells_apart({op(1, 2, did::insert(5, true)), op(3, 4, did::get(5))}, 1,
                op(3, 4, did::get(absent)));
}

TEST_CASE("an update that is lost is rejected") {
    tells_apart({op(1, 4, did::update(true, 5, 6)), op(2, 3, did::update(true, 6, 7))}, 1,
                op(2, 3, did::update(true, 5, 6)), 5);
}

TEST_CASE("a stale read after a completed write is rejected") {
    tells_apart({op(1, 2, did::insert_or_assign(6, false)), op(3, 4, did::get(6))}, 1,
                op(3, 4, did::get(5)), 5);
}

TEST_CASE("a value from nowhere is rejected") {
    tells_apart({op(1, 4, did::insert(5, true)), op(2, 3, did::get(5))}, 1, op(2, 3, did::get(6)));
}

TEST_CASE("a value other than the one at first is rejected") {
    tells_apart({op(1, 2, did::get(5))}, 0, op(1, 2, did::get(6)), 5);
}

TEST_CASE("a value seen before its write was invoked is rejected") {
    tells_apart({op(2, 4, did::insert(5, true)), op(1, 3, did::get(5))}, 0,
                op(4, 5, did::insert(5, true)));
}

TEST_CASE("the value of an insert that failed is never seen") {
    tells_apart({op(1, 2, did::insert(6, false)), op(3, 4, did::get(5))}, 1, op(3, 4, did::get(6)),
                5);
}

TEST_CASE("the value of a compare_exchange that failed is never seen") {
    tells_apart({op(1, 4, did::compare_exchange(7, 6, false)), op(2, 3, did::get(5))}, 1,
                op(2, 3, did::get(6)), 5);
}

TEST_CASE("a value that is erased does not come back") {
    tells_apart(
        {op(1, 2, did::insert(5, true)), op(3, 4, did::erase(true)), op(5, 6, did::get(absent))}, 2,
        op(5, 6, did::get(5)));
}

TEST_CASE("the value of another key is rejected") {
    tells_apart({op(1, 2, did::insert(5, true), 1), op(3, 4, did::insert(6, true), 2),
                 op(5, 6, did::get(6), 2)},
                2, op(5, 6, did::get(5), 2));
}

// --- order ---

TEST_CASE("what overlaps a write may miss it, what follows may not") {
    tells_apart({op(1, 2, did::insert(5, true)), op(2, 3, did::get(absent))}, 1,
                op(3, 4, did::get(absent)));
}

TEST_CASE("reads that go backwards are rejected") {
    tells_apart(
        {op(1, 9, did::insert_or_assign(6, false)), op(2, 3, did::get(6)), op(4, 5, did::get(6))},
        2, op(4, 5, did::get(5)), 5);
}

TEST_CASE("readers that see two writes in opposite orders are rejected") {
    tells_apart({op(1, 20, did::insert_or_assign(6, false)),
                 op(1, 20, did::insert_or_assign(7, false)), op(2, 3, did::get(6)),
                 op(4, 5, did::get(7)), op(2, 6, did::get(6)), op(7, 8, did::get(7))},
                5, op(7, 8, did::get(6)), 5);
}

TEST_CASE("an old value that is seen after two writes that followed each other is rejected") {
    tells_apart({op(1, 2, did::insert_or_assign(6, false)),
                 op(3, 4, did::insert_or_assign(7, false)), op(5, 6, did::get(7))},
                2, op(5, 6, did::get(6)), 5);
}

TEST_CASE("a key that is there throughout is not missed") {
    tells_apart({op(1, 2, did::update(true, 5, 6)), op(2, 3, did::contains(true)),
                 op(3, 4, did::update(true, 6, 7))},
                1, op(2, 3, did::contains(false)), 5);
}

TEST_CASE("a return before the invocation is rejected") {
    tells_apart({op(1, 2, did::get(5))}, 0, op(2, 1, did::get(5)), 5);
}

// --- each happens once ---

TEST_CASE("a second insert without an erase is rejected") {
    tells_apart({op(1, 3, did::insert(5, true)), op(2, 4, did::insert(6, false))}, 1,
                op(2, 4, did::insert(6, true)));
}

TEST_CASE("an insert that fails although the key was never there is rejected") {
    tells_apart({op(1, 4, did::erase(false)), op(2, 3, did::insert(5, true))}, 1,
                op(2, 3, did::insert(5, false)));
}

TEST_CASE("a second erase is rejected") {
    tells_apart({op(1, 3, did::erase(true)), op(2, 4, did::erase(false))}, 1,
                op(2, 4, did::erase(true)), 5);
}

TEST_CASE("an erase of what was never there is rejected") {
    tells_apart({op(1, 2, did::erase(false))}, 0, op(1, 2, did::erase(true)));
}

TEST_CASE("an erase that misses what is there throughout is rejected") {
    tells_apart({op(1, 2, did::erase(true))}, 0, op(1, 2, did::erase(false)), 5);
}

TEST_CASE("a value that is extracted twice is rejected") {
    tells_apart({op(1, 4, did::extract(5)), op(2, 3, did::extract(absent))}, 1,
                op(2, 3, did::extract(5)), 5);
}

TEST_CASE("a value that two exchanges replaced is rejected") {
    tells_apart({op(1, 4, did::exchange(6, 5)), op(2, 3, did::exchange(7, 6))}, 1,
                op(2, 3, did::exchange(7, 5)), 5);
}

TEST_CASE("exchanges that replaced each other are rejected") {
    tells_apart({op(1, 4, did::exchange(6, 7)), op(2, 3, did::exchange(7, 5))}, 1,
                op(2, 3, did::exchange(7, 6)), 5);
}

TEST_CASE("a compare_exchange that succeeds twice on one value is rejected") {
    tells_apart(
        {op(1, 4, did::compare_exchange(5, 6, true)), op(2, 3, did::compare_exchange(5, 7, false))},
        1, op(2, 3, did::compare_exchange(5, 7, true)), 5);
}

TEST_CASE("a compare_exchange that fails although the value was there throughout is rejected") {
    tells_apart({op(1, 2, did::compare_exchange(6, 7, false)), op(1, 2, did::get(5))}, 0,
                op(1, 2, did::compare_exchange(5, 7, false)), 5);
}

TEST_CASE("a compare_erase of another value is rejected") {
    tells_apart({op(1, 2, did::insert_or_assign(6, false)), op(3, 4, did::compare_erase(6, true))},
                1, op(3, 4, did::compare_erase(5, true)), 5);
}

TEST_CASE("a compare_erase that fails although the value was there throughout is rejected") {
    tells_apart({op(1, 2, did::compare_erase(6, false))}, 0, op(1, 2, did::compare_erase(5, false)),
                5);
}

TEST_CASE("an erase_if of another value is rejected") {
    tells_apart({op(1, 2, did::exchange(6, 5)), op(3, 4, did::erase_if(6, true, true))}, 1,
                op(3, 4, did::erase_if(5, true, true)), 5);
}

TEST_CASE("an erase_if that erased without agreement is rejected") {
    tells_apart({op(1, 2, did::erase_if(5, false, false))}, 0,
                op(1, 2, did::erase_if(5, false, true)), 5);
}

TEST_CASE("an erase_if that agreed in vain needs another thread's erase") {
    tells_apart({op(1, 4, did::erase_if(5, true, false)), op(2, 3, did::erase(true))}, 1,
                op(2, 3, did::erase(false)), 5);
}

TEST_CASE("two calls of get_or_emplace that both inserted are rejected") {
    tells_apart(
        {op(1, 4, did::get_or_emplace(5, true, 5)), op(2, 3, did::get_or_emplace(6, false, 5))}, 1,
        op(2, 3, did::get_or_emplace(6, true, 6)));
}

TEST_CASE("a get_or_emplace that returns its own value and did not insert is rejected") {
    tells_apart(
        {op(1, 4, did::get_or_emplace(5, true, 5)), op(2, 3, did::get_or_emplace(6, false, 5))}, 1,
        op(2, 3, did::get_or_emplace(6, false, 6)));
}

TEST_CASE("two calls of upsert that both inserted are rejected") {
    tells_apart(
        {op(1, 4, did::upsert(5, true, absent, absent)), op(2, 3, did::upsert(5, false, 5, 6))}, 1,
        op(2, 3, did::upsert(5, true, absent, absent)));
}

TEST_CASE("an insert_or_assign that inserted what is there is rejected") {
    tells_apart({op(1, 2, did::insert_or_assign(6, false))}, 0,
                op(1, 2, did::insert_or_assign(6, true)), 5);
}

TEST_CASE("an insert_or_assign that assigned to nothing is rejected") {
    tells_apart({op(1, 2, did::insert_or_assign(6, true))}, 0,
                op(1, 2, did::insert_or_assign(6, false)));
}

TEST_CASE("counting that loses one is rejected") {
    tells_apart({op(1, 9, did::update(true, 0, 1)), op(2, 8, did::update(true, 1, 2)),
                 op(3, 7, did::update(true, 2, 3)), op(10, 11, did::get(3))},
                2, op(3, 7, did::update(true, 1, 2)), 0);
}

TEST_CASE("an update that finds nothing although the key is there throughout is rejected") {
    tells_apart({op(1, 2, did::update(true, 5, 6))}, 0,
                op(1, 2, did::update(false, absent, absent)), 5);
}

TEST_CASE("a compute that sees the key absent while others replace its value is rejected") {
    tells_apart(
        {op(1, 9, did::exchange(6, 5)), op(2, 8, did::compute(6, 7)), op(10, 11, did::get(7))}, 1,
        op(2, 8, did::compute(absent, 7)), 5);
}

// --- operations that never returned ---

TEST_CASE("an effect of a pending operation that is seen and then not is rejected") {
    tells_apart(
        {op(1, pending, would::insert(5)), op(2, 3, did::get(absent)), op(4, 5, did::get(5))}, 1,
        op(6, 7, did::get(absent)));
}

TEST_CASE("a pending operation that took effect before it was invoked is rejected") {
    tells_apart({op(1, pending, would::insert(5)), op(2, 3, did::get(5))}, 0,
                op(4, pending, would::insert(5)));
}

TEST_CASE("a pending operation that took effect twice is rejected") {
    tells_apart(
        {op(1, pending, would::insert(5)), op(2, 3, did::erase(true)), op(4, 5, did::erase(false))},
        2, op(4, 5, did::erase(true)));
    tells_apart({op(1, pending, would::update(1)), op(2, 3, did::get(6)), op(4, 5, did::get(6))}, 2,
                op(4, 5, did::get(7)), 5);
}

TEST_CASE("a pending operation that took effect on what excludes it is rejected") {
    tells_apart({op(1, pending, would::compare_exchange(5, 6)), op(2, 3, did::get(6))}, 0,
                op(1, pending, would::compare_exchange(7, 6)), 5);
}

TEST_CASE("an operation that returned took effect, one that did not may never") {
    tells_apart({op(1, pending, would::erase()), op(2, 3, did::get(5))}, 0,
                op(0, 1, did::erase(true)), 5);
}

TEST_CASE("two pending operations can take effect long after one another") {
    tells_apart({op(1, pending, would::update(1)), op(1, pending, would::update(1)),
                 op(2, 3, did::get(5)), op(4, 5, did::get(6)), op(6, 7, did::get(7))},
                4, op(6, 7, did::get(8)), 5);
}

// --- what it says ---

TEST_CASE("an explanation tells the key, the longest order, the state and what does not fit") {
    const events history{
        op(1, 2, did::insert(5, true), 3),  op(3, 4, did::exchange(6, 5), 3),
        op(5, 6, did::get(5), 3),           op(5, 8, did::compare_erase(6, false), 3),
        op(7, 9, did::contains(false), 3),  op(10, 11, did::insert(5, true), 3),
        op(1, pending, would::insert(8), 3)};
    checker one;
    CHECK(one.check(history) ==
          "key 3, at first absent: no order of its 7 operations has the results they had. The "
          "longest found is\n"
          "    thread 0 [1, 2] insert: found nothing, put 5\n"
          "    thread 0 [3, 4] exchange: found 5, put 6\n"
          "after which it is 6; next can only be\n"
          "    thread 0 [5, 6] get: found 5\n"
          "    thread 0 [5, 8] compare_erase: found nothing; or found something other than 6\n"
          "which does not fit\n");
}

TEST_CASE("an explanation of a long history tells its end") {
    events history;
    for (stamp i = 0; i < 1000; ++i)
        history.push_back(op(2 * i, 2 * i + 1, did::exchange(i + 1, i)));
    history.push_back(op(2000, 2001, did::get(999)));
    const std::string why = checked(history, 0);
    CHECK(has(why, "(936 before)"));
    CHECK(has(why, "found 999, put 1000"));
    CHECK(has(why, "after which it is 1000; next can only be\n    thread 0 [2000, 2001] get"));
}

// --- the whole map ---

TEST_CASE("an iteration that misses what is there throughout is rejected") {
    const events history{op(1, 2, did::insert(5, true), 1), op(3, 4, did::exchange(6, 5), 1),
                         op(9, 10, did::erase(true), 1)};
    CHECK(whole(history, {{.began = 3, .ended = 8, .seen = {{1, 6}}}}) == "");
    CHECK(whole(history, {{.began = 3, .ended = 8, .seen = {}}}) != "");
    CHECK(whole(history, {{.began = 3, .ended = 8, .stopped = true, .seen = {}}}) == "");
    CHECK(whole(history, {{.began = 3, .ended = 9, .seen = {}}}) == "");
}

TEST_CASE("an iteration that misses what nobody touched is rejected") {
    CHECK(whole({}, {{.began = 1, .ended = 2, .seen = {{1, 5}}}}, {}, {absent, 5}) == "");
    CHECK(whole({}, {{.began = 1, .ended = 2, .seen = {}}}, {}, {absent, 5}) != "");
}

TEST_CASE("an iteration that sees what was never there is rejected") {
    CHECK(whole({}, {{.began = 1, .ended = 2, .seen = {}}}) == "");
    CHECK(whole({}, {{.began = 1, .ended = 2, .seen = {{1, 5}}}}) != "");
}

TEST_CASE("an iteration that sees what was erased before it is rejected") {
    const std::vector<sweep> sees{{.began = 3, .ended = 4, .seen = {{0, 5}}}};
    CHECK(whole({op(1, 3, did::erase(true))}, sees, {}, {5}) == "");
    CHECK(whole({op(1, 2, did::erase(true))}, sees, {}, {5}) != "");
}

TEST_CASE("an iteration that sees what was inserted after it is rejected") {
    const std::vector<sweep> sees{{.began = 1, .ended = 2, .seen = {{0, 5}}}};
    CHECK(whole({op(2, 3, did::insert(5, true))}, sees) == "");
    CHECK(whole({op(3, 4, did::insert(5, true))}, sees) != "");
}

TEST_CASE("an iteration sees a key again only if it was erased and inserted again meanwhile") {
    const std::vector<sweep> twice{{.began = 3, .ended = 10, .seen = {{0, 5}, {1, 7}, {0, 6}}}};
    const std::vector<state> initial{5, 7};
    CHECK(whole({op(4, 5, did::erase(true)), op(6, 7, did::insert(6, true))}, twice, {}, initial) ==
          "");
    CHECK(whole({op(4, 5, did::exchange(6, 5))}, twice, {}, initial) != "");
    CHECK(whole({op(1, 2, did::exchange(8, 5)), op(3, 4, did::erase(true)),
                 op(11, 12, did::insert(6, true))},
                twice, {}, initial) != "");
    const std::vector<sweep> equal{{.began = 3, .ended = 10, .seen = {{0, 5}, {0, 5}}}};
    CHECK(whole({op(1, 2, did::erase(true)), op(3, 4, did::insert(5, true))}, equal, {}, {5}) !=
          "");
    CHECK(whole({}, equal, {}, {5}) != "");
    CHECK(whole({op(3, 4, did::insert(5, true)), op(5, 6, did::erase(true))}, equal) != "");
}

TEST_CASE("an iteration sees a key no more often than it came back") {
    const events history{op(4, 5, did::erase(true)), op(6, 7, did::insert(5, true))};
    CHECK(whole(history, {{.began = 3, .ended = 10, .seen = {{0, 5}, {0, 5}}}}, {}, {5}) == "");
    CHECK(whole(history, {{.began = 3, .ended = 10, .seen = {{0, 5}, {0, 5}, {0, 5}}}}, {}, {5}) !=
          "");
}

TEST_CASE("an iteration that sees twice what came back just before it is rejected") {
    const events history{op(1, 5, did::erase(true)), op(1, 5, did::insert(6, true))};
    const std::vector<sweep> twice{{.began = 3, .ended = 10, .seen = {{0, 6}, {0, 6}}}};
    const std::vector<sweep> once{{.began = 3, .ended = 10, .seen = {{0, 6}}}};
    events seen_before = history;
    seen_before.push_back(op(2, 2, did::get(6)));
    CHECK(whole(seen_before, once, {}, {5}) == "");
    CHECK(whole(seen_before, twice, {}, {5}) != "");
}

TEST_CASE("an iteration that sees a value nobody put is rejected") {
    const events history{op(1, 2, did::insert(5, true))};
    for (const sighted values : {sighted::current, sighted::once_put}) {
        CHECK(whole(history, {{.began = 1, .ended = 4, .seen = {{0, 5}}}}, {}, {}, values) == "");
        CHECK(whole(history, {{.began = 1, .ended = 4, .seen = {{0, 6}}}}, {}, {}, values) != "");
    }
}

TEST_CASE("an iteration that sees a value replaced before it is rejected, if asked for") {
    const events history{op(1, 2, did::exchange(6, 5))};
    const std::vector<sweep> old{{.began = 3, .ended = 4, .seen = {{0, 5}}}};
    CHECK(whole(history, old, {}, {5}, sighted::once_put) == "");
    CHECK(whole(history, old, {}, {5}, sighted::current) != "");
}

TEST_CASE("iterations agree on what happens during both") {
    const events history{op(1, 20, did::erase(true))};
    const sweep sees{.began = 2, .ended = 3, .seen = {{0, 5}}};
    const sweep misses{.began = 4, .ended = 5, .seen = {}};
    const sweep sees_later{.began = 6, .ended = 7, .seen = {{0, 5}}};
    CHECK(whole(history, {sees, misses}, {}, {5}) == "");
    CHECK(whole(history, {misses, sees_later}, {}, {5}) != "");
}

TEST_CASE("a size that is not the number of keys when nothing goes on is rejected") {
    const events history{op(1, 2, did::insert(5, true), 1), op(1, 4, did::insert(5, true), 2),
                         op(3, 4, did::insert(6, false), 2), op(5, 6, did::erase(true), 1)};
    CHECK(whole(history, {}, {{.began = 7, .ended = 8, .size = 2}}, {5}) == "");
    CHECK(whole(history, {}, {{.began = 7, .ended = 8, .size = 3}}, {5}) != "");
    CHECK(whole(history, {}, {{.began = 7, .ended = 8, .size = 1}}, {5}) != "");
    CHECK(whole(history, {}, {{.began = 6, .ended = 8, .size = 3}}, {5}) == "");
}

TEST_CASE("a size between operations counts those that returned") {
    const events history{op(1, 2, did::insert(5, true), 1), op(5, 6, did::insert(5, true), 2)};
    CHECK(whole(history, {}, {{.began = 3, .ended = 4, .size = 1}}) == "");
    CHECK(whole(history, {}, {{.began = 3, .ended = 4, .size = 2}}) != "");
    CHECK(whole(history, {}, {{.began = 0, .ended = 0, .size = 0}}) == "");
    CHECK(whole(history, {}, {{.began = 0, .ended = 0, .size = 1}}) != "");
}

TEST_CASE("a size below nothing is rejected") {
    const events history{op(1, 2, did::erase(true))};
    CHECK(whole(history, {}, {{.began = 3, .ended = 4, .size = 0}}, {5}) == "");
    CHECK(whole(history, {}, {{.began = 3, .ended = 4, .size = ~std::size_t{0}}}, {5}) != "");
    // A result that leaves open whether anything was erased.
    const events open{op(1, 2, would::compute(absent, absent))};
    CHECK(whole(open, {}, {{.began = 3, .ended = 4, .size = 0}}) == "");
    CHECK(whole(open, {}, {{.began = 3, .ended = 4, .size = ~std::size_t{0}}}) != "");
}

TEST_CASE("an operation that never returned leaves the size open") {
    const events history{op(1, pending, would::insert(5))};
    CHECK(whole(history, {}, {{.began = 0, .ended = 0, .size = 1}}) != "");
    CHECK(whole(history, {}, {{.began = 3, .ended = 4, .size = 0}}) == "");
    CHECK(whole(history, {}, {{.began = 3, .ended = 4, .size = 1}}) == "");
}

} // namespace linear_rejects
