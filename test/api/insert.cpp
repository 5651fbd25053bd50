// SPDX-License-Identifier: BSL-1.0

// insert and insert_range: what is there stays.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_insert {

using namespace ferry::test;

TEST_CASE("insert adds the element when the key is absent") {
    int_map map;
    CHECK(map.insert(1, 10));
    CHECK(map.get(1) == 10);
    CHECK(map.size() == 1);
}

TEST_CASE("insert keeps the old value when the key is present") {
    int_map map{{1, 10}};
    CHECK_FALSE(map.insert(1, 11));
    CHECK(map.get(1) == 10);
    CHECK(map.size() == 1);
}

TEST_CASE("insert brings an erased key back with the new value") {
    int_map map{{1, 10}};
    for (int round = 0; round < 100; ++round) {
        map.erase(1);
        CHECK(map.insert(1, round));
        CHECK(map.get(1) == round);
        CHECK(map.size() == 1);
    }
}

TEST_CASE("insert takes a pair") {
    int_map map;
    CHECK(map.insert({1, 10}));
    CHECK(map.insert(std::pair<int, int>(2, 20)));
    CHECK_FALSE(map.insert(std::pair(1, 11)));
    CHECK(map.get(1) == 10);
    CHECK(map.get(2) == 20);
}

TEST_CASE("insert takes keys and values that can only be moved") {
    ferry::concurrent_map<std::unique_ptr<int>, std::unique_ptr<int>> map;
    auto key = std::make_unique<int>(1);
    const int *const address = key.get();
    CHECK(map.insert(std::move(key), std::make_unique<int>(10)));
    CHECK(map.insert(std::pair(std::make_unique<int>(2), std::make_unique<int>(20))));
    int seen = 0;
    map.for_each([&](const std::unique_ptr<int> &k, const std::unique_ptr<int> &v) {
        seen += k.get() == address ? *v : 0;
    });
    CHECK(seen == 10);
    CHECK(map.size() == 2);
}

TEST_CASE("a failed insert destroys what it was given") {
    {
        ferry::concurrent_map<counted_key, counted_value, counted_hash> map;
        map.insert(counted_key(1), counted_value(10));
        CHECK_FALSE(map.insert(counted_key(1), counted_value(11)));
        CHECK(counted_key::alive() == 1);
        CHECK(counted_value::alive() == 1);
    }
    CHECK(counted_key::alive() == 0);
    CHECK(counted_value::alive() == 0);
}

TEST_CASE("insert takes a string view for a string") {
    string_map map;
    const std::string_view key = "key";
    CHECK(map.insert(key, "value"));
    CHECK_FALSE(map.insert(key, "other"));
    CHECK(map.get(key) == "value");
}

TEST_CASE("100,000 inserts are all there") {
    int_map map;
    int wrong = 0;
    for (int i = 0; i < 100000; ++i)
        wrong += !map.insert(i, ~i);
    for (int i = 0; i < 100000; ++i)
        wrong += map.get(i) != ~i;
    CHECK(wrong == 0);
    CHECK(map.size() == 100000);
    CHECK(map.stats().grown >= 3);
}

TEST_CASE("insert_range inserts the elements whose keys are absent and counts them") {
    int_map map{{1, 10}};
    const std::vector<std::pair<int, int>> more{{1, 11}, {2, 20}, {3, 30}, {2, 21}};
    CHECK(map.insert_range(more) == 2);
    CHECK(map.size() == 3);
    CHECK(map.get(1) == 10);
    CHECK(map.get(2) == 20);
    CHECK(map.get(3) == 30);
}

TEST_CASE("insert_range takes other containers' elements, and temporaries") {
    string_map map;
    CHECK(map.insert_range(std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}}) == 2);
    CHECK(map.insert_range(std::vector<std::pair<std::string, std::string>>{}) == 0);
    CHECK(map.get("b") == "2");
}

} // namespace api_insert
