// SPDX-License-Identifier: BSL-1.0

// The map's allocator: everything comes from it and goes back, and it may fail.

#include <cstddef>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/ledger.hpp"
#include "support/maps.hpp"

using namespace ferry::test;

namespace {

using allocator = ledger_allocator<std::pair<const int, counted_value>>;
using booked_map =
    ferry::concurrent_map<int, counted_value, ferry::hash<int>, std::equal_to<>, allocator>;

booked_map made(ledger &book) { return booked_map(0, {}, {}, allocator(book)); }

} // namespace

TEST_CASE("nodes and values come from the map's allocator") {
    ledger book;
    booked_map map = made(book);
    const auto before = book.bytes();
    for (int i = 0; i < 100; ++i)
        map.try_emplace(i, 1u);
    CHECK(book.bytes() >= before + 100 * sizeof(counted_value));
    const auto attempts = book.attempts();
    map.insert_or_assign(1, counted_value(2));
    CHECK(book.attempts() > attempts);
}

TEST_CASE("everything allocated is deallocated, with the same size and alignment") {
    ledger book;
    {
        booked_map map = made(book);
        for (unsigned round = 0; round < 5; ++round) {
            for (int i = 0; i < 2000; ++i) {
                map.try_emplace(i, round);
                map.insert_or_assign(i, counted_value(round + 1));
                if (i % 2 == 0)
                    map.erase(i);
                map.compute(i, [](const counted_value *value) {
                    return value != nullptr ? std::nullopt : std::optional(counted_value(9));
                });
            }
            map.erase_if([](const int &key, const counted_value &) { return key % 3 == 0; });
        }
        map.shrink_to_fit();
    }
    CHECK(book.blocks() == 0);
    CHECK(book.bytes() == 0);
    CHECK(book.wrong() == 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("a map destroyed with garbage and in the middle of a migration gives all of it back") {
    ledger book;
    for (int stop = 0; stop < 40; ++stop) {
        booked_map map = made(book);
        int next = 0;
        while (!map.migrating() || next < 300)
            map.try_emplace(next++, 1u);
        for (int i = 0; i < stop; ++i) {
            map.erase(i);
            map.insert_or_assign(i + 100, counted_value(2));
            map.migrate(1);
        }
    }
    CHECK(book.blocks() == 0);
    CHECK(book.wrong() == 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("an insert that gets no memory throws and changes nothing") {
    ledger book;
    {
        booked_map map = made(book);
        for (int i = 0; i < 100; ++i)
            map.try_emplace(i, static_cast<unsigned>(i));
        book.refuse_after(0);
        CHECK_THROWS_AS(map.try_emplace(100, 1u), std::bad_alloc);
        CHECK_THROWS_AS(map.insert_or_assign(5, counted_value(50)), std::bad_alloc);
        CHECK_THROWS_AS(map.update(6, [](const counted_value &) { return counted_value(60); }),
                        std::bad_alloc);
        CHECK_FALSE(map.contains(100));
        CHECK(map.size() == 100);
        CHECK(map.find(5)->number() == 5);
        CHECK(map.find(6)->number() == 6);
        book.refuse_nothing();
        CHECK(map.try_emplace(100, 1u));
    }
    CHECK(book.blocks() == 0);
    CHECK(counted_value::alive() == 0);
}

TEST_CASE("lookups and erases need no memory") {
    ledger book;
    booked_map map = made(book);
    for (int i = 0; i < 1000; ++i)
        map.try_emplace(i, static_cast<unsigned>(i));
    book.refuse_after(0);
    for (int i = 0; i < 1000; ++i) {
        REQUIRE(map.contains(i));
        REQUIRE_FALSE(map.contains(i + 1000));
        REQUIRE(map.find(i)->number() == static_cast<unsigned>(i));
        REQUIRE_FALSE(map.try_emplace(i, 1u));
        REQUIRE(map.erase(i) == 1);
    }
    map.for_each([](const int &, const counted_value &) {});
    map.reclaim();
    map.clear();
    CHECK(map.empty());
}

TEST_CASE("a moved map takes its allocator along") {
    ledger book;
    {
        booked_map from = made(book);
        from.try_emplace(1, 10u);
        const booked_map to = std::move(from);
        CHECK(to.get_allocator().book() == &book);
        CHECK(to.find(1)->number() == 10);
    }
    CHECK(book.blocks() == 0);
    CHECK(book.wrong() == 0);
}
