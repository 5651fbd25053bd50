// SPDX-License-Identifier: BSL-1.0

// migrating and migrate; every operation at every stage of a migration, bucket by bucket.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/maps.hpp"

namespace api_migrate {

using namespace ferry::test;

namespace {

// The keys are 0 ... next-1; those below `erased` were erased.
struct state {
    int_map map;
    int erased = 0;
    int next = 0;

    void insert() { map.insert(next, next * 2), ++next; }
    void erase() { map.erase(erased++); }
};

void start_growth(state &s) {
    while (s.next < 1000 || !s.map.migrating())
        s.insert();
}

void start_sweep(state &s) {
    while (s.next < 1000)
        s.insert();
    finish_migrations(s.map);
    const auto swept = s.map.stats().swept;
    const auto goal = s.map.capacity() / 2; // so many elements: neither grow nor shrink
    while (!s.map.migrating()) {
        if (s.map.size() >= goal)
            s.erase();
        else
            s.insert();
    }
    CHECK(s.map.stats().swept >= swept);
}

void start_shrinking(state &s) {
    while (s.next < 4000)
        s.insert();
    finish_migrations(s.map);
    while (s.erased < 3900)
        s.erase();
    finish_migrations(s.map);
    while (!s.map.migrating()) {
        s.insert();
        s.erase();
    }
}

void check_lookups(const state &s) {
    int wrong = 0;
    for (int i = 0; i < s.next; ++i)
        wrong += s.map.get(i) != (i < s.erased ? std::nullopt : std::optional(i * 2));
    for (int i = s.next; i < s.next + 100; ++i)
        wrong += s.map.contains(i);
    CHECK(wrong == 0);
    CHECK(s.map.size() == static_cast<std::size_t>(s.next - s.erased));
}

void check_iteration(const state &s) {
    std::vector<int> expected;
    for (int i = s.erased; i < s.next; ++i)
        expected.push_back(i);

    std::vector<int> keys;
    s.map.for_each([&](const int &key, const int &) { keys.push_back(key); });
    std::sort(keys.begin(), keys.end());
    CHECK(keys == expected);

    keys.clear();
    for (std::size_t part = 0; part < 3; ++part)
        s.map.for_each(part, 3, [&](const int &key, const int &) { keys.push_back(key); });
    std::sort(keys.begin(), keys.end());
    CHECK(keys == expected);

    keys.clear();
    const auto guard = s.map.pin();
    for (auto &&[key, value] : s.map.items(guard))
        keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    CHECK(keys == expected);
}

using start = void (*)(state &);
constexpr start kinds[] = {start_growth, start_sweep, start_shrinking};

} // namespace

TEST_CASE("a map at rest is not migrating, and there is nothing to help with") {
    int_map map{{1, 10}};
    CHECK_FALSE(map.migrating());
    CHECK_FALSE(map.migrate());
    CHECK_FALSE(map.migrate(100));
}

TEST_CASE("migrate helps a migration to its end") {
    for (const start begin : kinds) {
        state s;
        begin(s);
        REQUIRE(s.map.migrating());
        const auto before = s.map.stats();
        CHECK(before.buckets_left > 0);
        s.map.migrate();
        CHECK(s.map.stats().buckets_left <= before.buckets_left);
        finish_migrations(s.map);
        CHECK_FALSE(s.map.migrating());
        CHECK(s.map.stats().buckets_left == 0);
        check_lookups(s);
    }
}

TEST_CASE("inserts alone bring a migration to its end") {
    state s;
    start_growth(s);
    const auto slots = s.map.capacity();
    for (std::size_t i = 0; i < slots && s.map.migrating(); ++i)
        s.insert();
    CHECK_FALSE(s.map.migrating());
    check_lookups(s);
}

TEST_CASE("after a burst of inserts, reads that are led on bring a migration to its end") {
    state s;
    start_growth(s);
    // Some buckets with a place free in them: nobody is led on by a full one.
    for (int i = 0; i < 16; ++i)
        s.insert();
    REQUIRE(s.map.migrating());
    const auto buckets = s.map.stats().buckets_left;
    // Absent keys, of which those whose bucket has been settled are led on and help; the more have
    // been, the more of them.
    std::size_t reads = 0;
    for (int absent = -1; s.map.migrating() && reads < 200 * buckets; --absent, ++reads)
        CHECK_FALSE(s.map.contains(absent));
    CHECK_FALSE(s.map.migrating());
    check_lookups(s);
}

TEST_CASE("lookups find each element at every stage of a migration") {
    for (const start begin : kinds) {
        state s;
        begin(s);
        do {
            check_lookups(s);
        } while (s.map.migrate(8));
        check_lookups(s);
    }
}

TEST_CASE("iteration sees each element exactly once at every stage of a migration") {
    for (const start begin : kinds) {
        state s;
        begin(s);
        do {
            check_iteration(s);
        } while (s.map.migrate(4));
        check_iteration(s);
    }
}

TEST_CASE("inserts and erases work at every stage of a migration") {
    for (const start begin : kinds) {
        state s;
        begin(s);
        while (s.map.migrating()) {
            for (int i = 0; i < 5; ++i) {
                s.insert();
                CHECK_FALSE(s.map.insert(s.next - 1, 0));
                s.erase();
                CHECK(s.map.erase(s.erased - 1) == 0);
            }
            s.map.migrate();
        }
        check_lookups(s);
        check_iteration(s);
    }
}

TEST_CASE("updates, replacements and revivals work at every stage of a migration") {
    for (const start begin : kinds) {
        state s;
        begin(s);
        int wrong = 0;
        int pick = 0;
        while (s.map.migrating()) {
            const int key = s.erased + pick++ * 37 % (s.next - s.erased);
            wrong += !s.map.update(key, [](const int &value) { return value + 1; });
            wrong += s.map.get(key) != key * 2 + 1;
            wrong += s.map.insert_or_assign(key, 7);
            wrong += s.map.exchange(key, 8) != 7;
            wrong += s.map.erase(key) != 1;
            wrong += s.map.contains(key);
            wrong += !s.map.try_emplace(key, key * 2);
            wrong += s.map.compute(key, [](const int *value) { return *value; }) !=
                     ferry::compute_result::updated;
        }
        CHECK(wrong == 0);
        check_lookups(s);
        check_iteration(s);
    }
}

TEST_CASE("an iteration begun in one table goes on through a whole migration") {
    for (const start begin : kinds) {
        state s;
        begin(s);
        std::vector<int> times(static_cast<std::size_t>(s.next));
        s.map.for_each([&](const int &key, const int &) {
            ++times[static_cast<std::size_t>(key)];
            s.map.migrate(1);
        });
        for (int i = 0; i < s.next; ++i)
            CHECK(times[static_cast<std::size_t>(i)] == (i < s.erased ? 0 : 1));
    }
}

} // namespace api_migrate
