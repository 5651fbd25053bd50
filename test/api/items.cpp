// SPDX-License-Identifier: BSL-1.0

// items and snapshot: the map as a range.

#include <algorithm>
#include <memory>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_items {

using namespace ferry::test;

static_assert(std::ranges::input_range<decltype(std::declval<const int_map &>().items(
                  std::declval<const ferry::guard &>()))>);
static_assert(std::is_same_v<decltype(std::declval<const int_map &>().snapshot()),
                             std::vector<std::pair<int, int>>>);

template <class Map>
concept has_snapshot = requires(const Map &map) {
    map.snapshot();
};

static_assert(has_snapshot<int_map>);
static_assert(!has_snapshot<ferry::concurrent_map<int, std::unique_ptr<int>>>,
              "a snapshot has to copy");

TEST_CASE("items shows each element exactly once") {
    for (const int count : {0, 1, 2, 50, 3000}) {
        CAPTURE(count);
        int_map map;
        for (int i = 0; i < count; ++i)
            map.insert(i, i * 2);
        std::vector<int> keys;
        const auto guard = map.pin();
        for (auto &&[key, value] : map.items(guard)) {
            CHECK(value == key * 2);
            keys.push_back(key);
        }
        std::sort(keys.begin(), keys.end());
        REQUIRE(keys.size() == static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i)
            CHECK(keys[static_cast<std::size_t>(i)] == i);
    }
}

TEST_CASE("items refers to the elements and copies nothing") {
    ferry::concurrent_map<int, counted_value> map;
    map.try_emplace(1, 10u);
    const auto copies = counted_value::copies();
    const auto guard = map.pin();
    for (auto &&[key, value] : map.items(guard)) {
        CHECK(key == 1);
        CHECK(&value == map.find(1, guard));
        map.erase(1);
        CHECK(value.intact());
    }
    CHECK(counted_value::copies() == copies);
}

TEST_CASE("items goes with the algorithms of ranges") {
    int_map map;
    for (int i = 0; i < 100; ++i)
        map.insert(i, i);
    const auto guard = map.pin();
    auto items = map.items(guard);
    CHECK(std::ranges::count_if(items, [](const auto &item) {
              auto &&[key, value] = item;
              return key == value && key % 2 == 0;
          }) == 50);
}

TEST_CASE("items of a map that grows meanwhile misses nothing") {
    int_map map;
    for (int i = 0; i < 200; ++i)
        map.insert(i, i);
    std::vector<int> seen(200);
    int next = 200;
    const auto guard = map.pin();
    for (auto &&[key, value] : map.items(guard)) {
        if (key < 200)
            ++seen[static_cast<std::size_t>(value)];
        for (int i = 0; i < 20 && next < 4000; ++i, ++next)
            map.insert(next, next);
    }
    CHECK(std::all_of(seen.begin(), seen.end(), [](int n) { return n == 1; }));
}

TEST_CASE("a snapshot is a copy of all elements") {
    string_map map;
    CHECK(map.snapshot().empty());
    for (int i = 0; i < 300; ++i)
        map.insert(std::to_string(i), std::to_string(i * 2));
    auto copy = map.snapshot();
    map.clear();
    CHECK(copy.size() == 300);
    std::sort(copy.begin(), copy.end());
    CHECK(std::adjacent_find(copy.begin(), copy.end()) == copy.end());
    for (const auto &[key, value] : copy)
        CHECK(std::stoi(value) == std::stoi(key) * 2);
}

} // namespace api_items
