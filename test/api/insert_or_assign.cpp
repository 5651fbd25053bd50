// SPDX-License-Identifier: BSL-1.0

// insert_or_assign and exchange: what is there is replaced.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_insert_or_assign {

using namespace ferry::test;

TEST_CASE("insert_or_assign inserts when the key is absent and says so") {
    int_map map;
    CHECK(map.insert_or_assign(1, 10));
    CHECK(map.get(1) == 10);
    CHECK(map.size() == 1);
}

TEST_CASE("insert_or_assign replaces the value when the key is present and says so") {
    int_map map{{1, 10}};
    for (int round = 0; round < 100; ++round) {
        CHECK_FALSE(map.insert_or_assign(1, round));
        CHECK(map.get(1) == round);
        CHECK(map.size() == 1);
    }
}

TEST_CASE("insert_or_assign inserts again after an erase") {
    int_map map{{1, 10}};
    map.erase(1);
    CHECK(map.insert_or_assign(1, 11));
    CHECK_FALSE(map.insert_or_assign(1, 12));
    CHECK(map.get(1) == 12);
}

TEST_CASE("insert_or_assign takes values that can only be moved") {
    ferry::concurrent_map<std::string, std::unique_ptr<int>> map;
    CHECK(map.insert_or_assign("key", std::make_unique<int>(1)));
    CHECK_FALSE(map.insert_or_assign("key", std::make_unique<int>(2)));
    CHECK(**map.find("key") == 2);
}

TEST_CASE("replaced values are destroyed, although their element stays") {
    {
        ferry::concurrent_map<int, counted_value> map;
        for (unsigned round = 0; round < 1000; ++round)
            map.insert_or_assign(1, counted_value(round));
        CHECK(reclaim_everything(map));
        CHECK(counted_value::alive() == 1);
        CHECK(map.find(1)->number() == 999);
    }
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("emplace_or_assign makes the value of several arguments") {
    string_map map;
    CHECK(map.emplace_or_assign("key", 3u, 'x'));
    CHECK(map.get("key") == "xxx");
    CHECK_FALSE(map.emplace_or_assign("key", 2u, 'y'));
    CHECK(map.get("key") == "yy");
}

TEST_CASE("insert_or_assign_with calls its function once, whether the key is present or not") {
    ferry::concurrent_map<int, std::unique_ptr<int>> map;
    int calls = 0;
    const auto make = [&] { return std::make_unique<int>(++calls); };
    CHECK(map.insert_or_assign_with(1, make));
    CHECK_FALSE(map.insert_or_assign_with(1, make));
    CHECK(calls == 2);
    CHECK(**map.find(1) == 2);
}

TEST_CASE("exchange returns the value replaced") {
    int_map map{{1, 10}};
    CHECK(map.exchange(1, 11) == 10);
    CHECK(map.exchange(1, 12) == 11);
    CHECK(map.get(1) == 12);
    CHECK(map.size() == 1);
}

TEST_CASE("exchange inserts and returns nothing when the key is absent") {
    int_map map;
    CHECK(map.exchange(1, 10) == std::nullopt);
    CHECK(map.get(1) == 10);
    map.erase(1);
    CHECK(map.exchange(1, 11) == std::nullopt);
    CHECK(map.get(1) == 11);
    CHECK(map.size() == 1);
}

} // namespace api_insert_or_assign
