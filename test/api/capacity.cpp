// SPDX-License-Identifier: BSL-1.0

// size, empty, capacity, load_factor, reserve, shrink_to_fit.

#include <cstddef>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/maps.hpp"

namespace api_capacity {

using namespace ferry::test;

TEST_CASE("size follows inserts and erases") {
    int_map map;
    std::size_t expected = 0;
    for (int i = 0; i < 2000; ++i) {
        expected += map.insert(i * 7 % 1000, i);
        if (i % 3 == 0)
            expected -= map.erase(i * 11 % 1000);
        CHECK(map.size() == expected);
        CHECK(map.empty() == (expected == 0));
    }
}

TEST_CASE("the load factor is the share of the slots that is live") {
    int_map map(1000);
    CHECK(map.load_factor() == 0.0);
    for (int i = 0; i < 1000; ++i)
        map.insert(i, i);
    CHECK(map.load_factor() ==
          doctest::Approx(1000.0 / static_cast<double>(map.capacity())).epsilon(0.01));
    CHECK(map.load_factor() <= 1.0);
}

TEST_CASE("reserve makes room for so many elements") {
    int_map map;
    map.insert(1, 10);
    map.reserve(10000);
    CHECK_FALSE(map.migrating());
    CHECK(map.capacity() >= 10000);
    CHECK(map.get(1) == 10);
    const auto slots = map.capacity();
    const auto migrations = map.stats().migrations;
    for (int i = 0; i < 10000; ++i)
        map.insert(i, i);
    CHECK(map.capacity() == slots);
    CHECK(map.stats().migrations == migrations);
}

TEST_CASE("reserve of less than there is changes nothing") {
    int_map map(1000);
    const auto slots = map.capacity();
    map.reserve(10);
    map.reserve(0);
    CHECK(map.capacity() == slots);
}

TEST_CASE("what is reserved stays reserved until shrink_to_fit") {
    int_map map;
    map.reserve(4000);
    for (int i = 0; i < 100000; ++i) {
        map.insert(i, i);
        map.erase(i);
    }
    CHECK(map.capacity() >= 4000);
    map.shrink_to_fit();
    CHECK_FALSE(map.migrating());
    CHECK(map.capacity() < 4000);
}

TEST_CASE("shrink_to_fit gives room back and keeps the elements") {
    int_map map;
    for (int i = 0; i < 20000; ++i)
        map.insert(i, i);
    const auto slots = map.capacity();
    for (int i = 100; i < 20000; ++i)
        map.erase(i);
    map.shrink_to_fit();
    CHECK_FALSE(map.migrating());
    CHECK(map.capacity() < slots / 4);
    CHECK(map.size() == 100);
    for (int i = 0; i < 100; ++i)
        CHECK(map.get(i) == i);
    for (int i = 0; i < 1000; ++i)
        map.insert(i, i);
    CHECK(map.size() == 1000);
}

TEST_CASE(
    "after nine tenths were erased, a map takes at most twice what a new one of its size does") {
    constexpr int all = 100'000;
    constexpr int kept = all / 10;
    u64_map map;
    for (int i = 0; i < all; ++i)
        map.insert(i, i);
    for (int i = kept; i < all; ++i)
        map.erase(i);
    map.shrink_to_fit();
    map.reclaim();
    u64_map fresh;
    for (int i = 0; i < kept; ++i)
        fresh.insert(i, i);
    fresh.reclaim();
    const auto bytes = [](const ferry::map_stats &of) {
        return of.table_bytes + of.node_bytes + of.retired_bytes;
    };
    CHECK(bytes(map.stats()) <= 2 * bytes(fresh.stats()));
    CHECK(map.stats().dead == 0);
}

TEST_CASE("a map shrinks by itself when it is used after most of it was erased") {
    int_map map;
    for (int i = 0; i < 20000; ++i)
        map.insert(i, i);
    const auto slots = map.capacity();
    for (int i = 0; i < 20000; ++i)
        map.erase(i);
    for (int i = 0; i < 200000; ++i) {
        map.insert(i, i);
        map.erase(i);
    }
    CHECK(map.capacity() <= slots / 4);
    CHECK(map.stats().shrunk >= 2);
}

TEST_CASE("a map does not shrink below its least capacity") {
    int_map map(ferry::options{.min_capacity = 2000});
    CHECK(map.capacity() >= 2000);
    for (int i = 0; i < 100000; ++i) {
        map.insert(i, i);
        map.erase(i);
    }
    CHECK(map.capacity() >= 2000);
}

} // namespace api_capacity
