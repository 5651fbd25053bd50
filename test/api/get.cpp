// SPDX-License-Identifier: BSL-1.0

// get, contains, count: answers that are copies.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/maps.hpp"

namespace api_get {

using namespace ferry::test;

template <class Map>
concept has_get = requires(const Map &map, const typename Map::key_type &key) {
    map.get(key);
};

static_assert(has_get<int_map>);
static_assert(!has_get<ferry::concurrent_map<int, std::unique_ptr<int>>>, "get has to copy");
static_assert(std::is_same_v<decltype(std::declval<const int_map &>().get(1)), std::optional<int>>);

TEST_CASE("get returns a copy of the value when the key is present") {
    string_map map;
    map.insert("key", "value");
    std::optional<std::string> copy = map.get("key");
    REQUIRE(copy);
    CHECK(*copy == "value");
    copy->append(" of my own");
    CHECK(map.get("key") == "value");
}

TEST_CASE("at returns a copy, or throws when the key is absent") {
    string_map map;
    map.insert("key", "value");
    CHECK(map.at("key") == "value");
    CHECK_THROWS_AS(map.at("nothing"), std::out_of_range);
}

TEST_CASE("value_or returns a copy, or what it was given when the key is absent") {
    const int_map map{{1, 10}};
    CHECK(map.value_or(1, 7) == 10);
    CHECK(map.value_or(2, 7) == 7);
    const string_map strings;
    CHECK(strings.value_or("nothing", "a literal") == "a literal");
}

TEST_CASE("get returns nothing when the key is absent") {
    int_map map;
    CHECK(map.get(1) == std::nullopt);
    map.insert(1, 10);
    CHECK(map.get(2) == std::nullopt);
    map.erase(1);
    CHECK(map.get(1) == std::nullopt);
}

TEST_CASE("contains and count agree with get") {
    int_map map;
    for (int i = 0; i < 500; i += 2)
        map.insert(i, i);
    for (int i = 0; i < 500; ++i) {
        CHECK(map.contains(i) == (i % 2 == 0));
        CHECK(map.count(i) == (i % 2 == 0 ? 1 : 0));
        CHECK(map.get(i).has_value() == (i % 2 == 0));
    }
}

TEST_CASE("lookups work on an empty and on an emptied map") {
    int_map map;
    CHECK_FALSE(map.contains(0));
    map.insert(0, 1);
    map.clear();
    CHECK_FALSE(map.contains(0));
    CHECK(map.count(0) == 0);
}

TEST_CASE("extreme keys are keys like any other") {
    u64_map map;
    const std::uint64_t extremes[] = {0,
                                      1,
                                      2,
                                      ~std::uint64_t{0},
                                      ~std::uint64_t{0} - 1,
                                      std::uint64_t{1} << 63,
                                      (std::uint64_t{1} << 48) - 1,
                                      std::uint64_t{0xffff} << 48};
    for (const std::uint64_t key : extremes)
        CHECK(map.insert(key, ~key));
    for (const std::uint64_t key : extremes)
        CHECK(map.get(key) == ~key);
    CHECK(map.size() == 8);
}

} // namespace api_get
