// SPDX-License-Identifier: BSL-1.0

// erase, extract, compare_erase, erase_if, clear.

#include <memory>
#include <string>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_erase {

using namespace ferry::test;

TEST_CASE("erase removes the element and counts it") {
    int_map map{{1, 10}, {2, 20}};
    CHECK(map.erase(1) == 1);
    CHECK_FALSE(map.contains(1));
    CHECK(map.contains(2));
    CHECK(map.size() == 1);
}

TEST_CASE("erase of an absent key removes nothing") {
    int_map map{{1, 10}};
    CHECK(map.erase(2) == 0);
    CHECK(map.erase(1) == 1);
    CHECK(map.erase(1) == 0);
    CHECK(map.empty());
}

TEST_CASE("erased values are destroyed although nothing else happens to the map") {
    {
        ferry::concurrent_map<int, counted_value> map;
        for (int i = 0; i < 100; ++i)
            map.try_emplace(i, 1u);
        for (int i = 0; i < 100; ++i)
            CHECK(map.erase(i) == 1);
        CHECK(reclaim_everything(map));
        CHECK(counted_value::alive() == 0);
    }
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("values come and go with their elements again and again") {
    {
        ferry::concurrent_map<int, counted_value> map;
        for (unsigned round = 0; round < 50; ++round) {
            for (int i = 0; i < 20; ++i)
                CHECK(map.try_emplace(i, round));
            CHECK(counted_value::alive() >= 20);
            for (int i = 0; i < 20; ++i)
                CHECK(map.erase(i) == 1);
        }
        CHECK(reclaim_everything(map));
        CHECK(counted_value::alive() == 0);
    }
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("extract erases and leaves the element readable through its handle") {
    ferry::concurrent_map<int, counted_value> map;
    map.try_emplace(1, 10u);
    {
        const auto handle = map.extract(1);
        REQUIRE(handle);
        CHECK_FALSE(map.contains(1));
        CHECK(map.empty());
        map.try_emplace(1, 11u);
        map.reclaim();
        CHECK(handle.key() == 1);
        CHECK(handle->intact());
        CHECK(handle->number() == 10);
    }
    CHECK(map.find(1)->number() == 11);
}

TEST_CASE("extract of an absent key gives an empty handle") {
    int_map map{{1, 10}};
    CHECK_FALSE(map.extract(2));
    CHECK(map.extract(1));
    CHECK_FALSE(map.extract(1));
}

TEST_CASE("compare_erase removes the value expected and no other") {
    int_map map{{1, 10}};
    CHECK_FALSE(map.compare_erase(1, 11));
    CHECK(map.get(1) == 10);
    CHECK(map.compare_erase(1, 10));
    CHECK_FALSE(map.contains(1));
    CHECK_FALSE(map.compare_erase(1, 10));
    CHECK_FALSE(map.compare_erase(2, 10));
}

TEST_CASE("erase_if of a key asks its predicate about the value") {
    int_map map{{1, 10}, {2, 20}};
    CHECK_FALSE(map.erase_if(1, [](const int &value) { return value > 15; }));
    CHECK(map.erase_if(2, [](const int &value) { return value > 15; }));
    CHECK(map.contains(1));
    CHECK_FALSE(map.contains(2));
    CHECK(map.size() == 1);
}

TEST_CASE("erase_if of an absent key does not ask") {
    int_map map{{1, 10}};
    map.erase(1);
    int calls = 0;
    CHECK_FALSE(map.erase_if(1, [&](const int &) { return ++calls > 0; }));
    CHECK(calls == 0);
}

TEST_CASE("erase_if of a key asks again when the value was replaced meanwhile") {
    int_map map{{1, 10}};
    CHECK_FALSE(map.erase_if(1, [&](const int &value) {
        if (value != 10)
            return false;
        map.insert_or_assign(1, 20);
        return true;
    }));
    CHECK(map.get(1) == 20);
}

TEST_CASE("erase_if of the whole map removes what its predicate names and counts it") {
    int_map map;
    for (int i = 0; i < 1000; ++i)
        map.insert(i, i * 2);
    CHECK(map.erase_if([](const int &key, const int &value) {
        CHECK(value == key * 2);
        return key % 4 == 0;
    }) == 250);
    CHECK(map.size() == 750);
    for (int i = 0; i < 1000; ++i)
        CHECK(map.contains(i) == (i % 4 != 0));
    CHECK(map.erase_if([](const int &, const int &) { return false; }) == 0);
}

TEST_CASE("erase_if in the middle of a migration misses nothing") {
    int_map map;
    int next = 0;
    while (!map.migrating() || next < 1000) {
        map.insert(next, next);
        ++next;
    }
    CHECK(map.erase_if([](const int &, const int &) { return true; }) ==
          static_cast<std::size_t>(next));
    CHECK(map.empty());
    for (int i = 0; i < next; ++i)
        CHECK_FALSE(map.contains(i));
}

TEST_CASE("clear removes everything, and the map goes on") {
    {
        ferry::concurrent_map<int, counted_value> map;
        for (unsigned round = 0; round < 3; ++round) {
            for (int i = 0; i < 1000; ++i)
                CHECK(map.try_emplace(i, round));
            map.clear();
            CHECK(map.empty());
            CHECK(map.size() == 0);
            CHECK_FALSE(map.contains(7));
        }
        CHECK(reclaim_everything(map));
        CHECK(counted_value::alive() == 0);
    }
    CHECK(counted_value::damaged() == 0);
}

} // namespace api_erase
