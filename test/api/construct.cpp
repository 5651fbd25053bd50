// SPDX-License-Identifier: BSL-1.0

// How a map comes to be: capacity, options, ranges, moving, swapping, deduction.

#include <cstddef>
#include <functional>
#include <memory_resource>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_construct {

using namespace ferry::test;

static_assert(std::is_default_constructible_v<int_map>);
static_assert(!std::is_copy_constructible_v<int_map>);
static_assert(!std::is_copy_assignable_v<int_map>);
static_assert(std::is_move_constructible_v<int_map>);
static_assert(std::is_move_assignable_v<int_map>);
static_assert(std::is_swappable_v<int_map>);
static_assert(!std::is_convertible_v<std::size_t, int_map>, "a capacity is no map");
static_assert(std::is_same_v<int_map::key_type, int>);
static_assert(std::is_same_v<int_map::mapped_type, int>);

TEST_CASE("a default-constructed map is empty") {
    const int_map map;
    CHECK(map.empty());
    CHECK(map.size() == 0);
    CHECK_FALSE(map.contains(1));
}

TEST_CASE("a map built with a capacity takes so many elements without a resize") {
    for (const std::size_t capacity : {1u, 2u, 7u, 64u, 1000u, 4096u}) {
        CAPTURE(capacity);
        int_map map(capacity);
        CHECK(map.capacity() >= capacity);
        const auto slots = map.capacity();
        for (int i = 0; i < static_cast<int>(capacity); ++i)
            CHECK(map.insert(i, i));
        CHECK(map.capacity() == slots);
        CHECK(map.stats().migrations == 0);
        CHECK(map.size() == capacity);
    }
}

TEST_CASE("a capacity of zero is a map like any other") {
    int_map map(std::size_t{0});
    CHECK(map.insert(1, 10));
    CHECK(map.get(1) == 10);
}

TEST_CASE("options give the capacity at the start and the least there will be") {
    int_map map(ferry::options{.capacity = 5000, .min_capacity = 1000});
    CHECK(map.capacity() >= 5000);
    map.shrink_to_fit();
    CHECK(map.capacity() >= 1000);
    CHECK(map.capacity() < 5000);
}

TEST_CASE("a map with huge pages asked for is a map like any other") {
    int_map map(ferry::options{.capacity = 100000, .huge_pages = true});
    for (int i = 0; i < 1000; ++i)
        CHECK(map.insert(i, -i));
    CHECK(map.get(999) == -999);
    CHECK(map.size() == 1000);
}

TEST_CASE("a map can be given an epoch domain of its own") {
    ferry::epoch_domain domain;
    {
        int_map map(ferry::options{.domain = &domain});
        const int_map elsewhere{{1, 10}};
        const auto pinned_elsewhere = elsewhere.pin();
        for (int i = 0; i < 1000; ++i)
            map.insert(i, i);
        const auto guard = map.pin();
        REQUIRE(map.find(7, guard) != nullptr);
        CHECK(*map.find(7, guard) == 7);
        for (int i = 0; i < 1000; ++i)
            map.erase(i);
        CHECK(map.empty());
    }
}

TEST_CASE("a map is built from a range of pairs, the first of equal keys wins") {
    const std::vector<std::pair<int, int>> pairs{{1, 10}, {2, 20}, {1, 11}, {3, 30}};
    const int_map map(pairs.begin(), pairs.end());
    CHECK(map.size() == 3);
    CHECK(map.get(1) == 10);
    CHECK(map.get(2) == 20);
    CHECK(map.get(3) == 30);
}

TEST_CASE("a map is built from an initializer list") {
    const int_map map{{1, 10}, {2, 20}, {1, 11}};
    CHECK(map.size() == 2);
    CHECK(map.get(1) == 10);
    CHECK(map.get(2) == 20);
}

TEST_CASE("a moved map keeps its elements, and the old one can be assigned") {
    int_map from{{1, 10}, {2, 20}};
    int_map to = std::move(from);
    CHECK(to.size() == 2);
    CHECK(to.get(2) == 20);
    from = int_map{{5, 50}};
    CHECK(from.get(5) == 50);
    CHECK_FALSE(from.contains(1));
    CHECK(from.insert(1, 11));
    CHECK(to.get(1) == 10);
}

TEST_CASE("a map moved in the middle of a migration goes on with it") {
    int_map from;
    int next = 0;
    while (!from.migrating() || next < 1000) {
        from.insert(next, next);
        ++next;
    }
    int_map to = std::move(from);
    CHECK(to.size() == static_cast<std::size_t>(next));
    finish_migrations(to);
    CHECK_FALSE(to.migrating());
    for (int i = 0; i < next; ++i)
        CHECK(to.get(i) == i);
}

TEST_CASE("move assignment destroys what was there") {
    REQUIRE(counted_value::alive() == 0);
    {
        using map_type = ferry::concurrent_map<int, counted_value>;
        map_type to;
        for (int i = 0; i < 100; ++i)
            to.try_emplace(i, 1u);
        map_type from;
        from.try_emplace(7, 2u);
        to = std::move(from);
        CHECK(counted_value::alive() == 1);
        CHECK(to.size() == 1);
        CHECK(to.get(7) == counted_value(2));
    }
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("swapped maps exchange their elements") {
    using std::swap;
    int_map a{{1, 10}};
    int_map b{{2, 20}, {3, 30}};
    swap(a, b);
    CHECK(a.size() == 2);
    CHECK(b.size() == 1);
    CHECK(a.get(3) == 30);
    CHECK(b.get(1) == 10);
    CHECK(a.insert(4, 40));
    CHECK(b.insert(4, 41));
    CHECK(a.get(4) == 40);
    CHECK(b.get(4) == 41);
}

TEST_CASE("key and value are deduced from a range and from a list of pairs") {
    const std::vector<std::pair<int, int>> pairs{{1, 10}};
    const ferry::concurrent_map from_range(pairs.begin(), pairs.end());
    static_assert(std::is_same_v<decltype(from_range), const int_map>);
    CHECK(from_range.get(1) == 10);

    const ferry::concurrent_map from_list{std::pair<const int, int>{1, 10},
                                          std::pair<const int, int>{2, 20}};
    static_assert(std::is_same_v<decltype(from_list), const int_map>);
    CHECK(from_list.size() == 2);
}

TEST_CASE("the pmr alias takes a memory resource") {
    std::pmr::unsynchronized_pool_resource pool;
    ferry::pmr::concurrent_map<int, int> map(100, {}, {}, &pool);
    CHECK(map.insert(1, 10));
    CHECK(map.get(1) == 10);
    CHECK(map.get_allocator().resource() == &pool);
}

} // namespace api_construct
