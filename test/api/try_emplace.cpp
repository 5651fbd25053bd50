// SPDX-License-Identifier: BSL-1.0

// try_emplace: constructs in place, and only when the key is absent.

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_try_emplace {

using namespace ferry::test;

TEST_CASE("emplace is try_emplace") {
    string_map map;
    CHECK(map.emplace("key", 3u, 'x'));
    CHECK_FALSE(map.emplace("key", "other"));
    CHECK(map.get("key") == "xxx");
}

TEST_CASE("try_emplace constructs the value from its arguments when the key is absent") {
    string_map map;
    CHECK(map.try_emplace("key", 3u, 'x'));
    CHECK(map.get("key") == "xxx");
    CHECK(map.try_emplace("empty"));
    CHECK(map.get("empty") == "");
}

TEST_CASE("try_emplace value-initialises when there are no arguments") {
    int_map map;
    CHECK(map.try_emplace(1));
    CHECK(map.get(1) == 0);
}

TEST_CASE("try_emplace constructs nothing when the key is present") {
    ferry::concurrent_map<counted_key, counted_value, counted_hash> map;
    const counted_key key(1);
    CHECK(map.try_emplace(key, 10u));
    const auto keys = counted_key::made();
    const auto values = counted_value::made();
    CHECK_FALSE(map.try_emplace(key, 11u));
    CHECK(counted_key::made() == keys);
    CHECK(counted_value::made() == values);
    CHECK(map.find(key)->number() == 10);
}

TEST_CASE("try_emplace leaves its arguments alone when the key is present") {
    ferry::concurrent_map<std::string, std::unique_ptr<int>> map;
    map.insert("a key longer than any small-string buffer", std::make_unique<int>(10));
    std::string key = "a key longer than any small-string buffer";
    auto value = std::make_unique<int>(11);
    CHECK_FALSE(map.try_emplace(std::move(key), std::move(value)));
    CHECK(key == "a key longer than any small-string buffer");
    REQUIRE(value != nullptr);
    CHECK(*value == 11);
}

TEST_CASE("try_emplace copies or moves once") {
    ferry::concurrent_map<counted_key, counted_value, counted_hash> map;
    const auto values = counted_value::made();
    CHECK(map.try_emplace(counted_key(1), 10u));
    CHECK(counted_value::made() == values + 1);
    CHECK(map.try_emplace(counted_key(2), counted_value(20)));
    CHECK(counted_value::made() == values + 3);
}

TEST_CASE("try_emplace brings an erased key back") {
    string_map map;
    map.try_emplace("key", "first");
    map.erase("key");
    CHECK(map.try_emplace("key", "second"));
    CHECK(map.get("key") == "second");
}

TEST_CASE("try_emplace constructs values in place that can be neither copied nor moved") {
    struct counter {
        explicit counter(int start) : hits(start) {}
        counter(const counter &) = delete;
        counter &operator=(const counter &) = delete;
        mutable std::atomic<int> hits;
    };
    ferry::concurrent_map<int, counter> map;
    CHECK(map.try_emplace(1, 5));
    CHECK(map.visit(1, [](const counter &c) { c.hits.fetch_add(1); }));
    CHECK(map.find(1)->hits.load() == 6);
    map.erase(1);
    CHECK(map.try_emplace(1, 7));
    CHECK(map.find(1)->hits.load() == 7);
    for (int i = 2; i < 1000; ++i)
        CHECK(map.try_emplace(i, i));
    CHECK(map.find(1)->hits.load() == 7);
    CHECK(map.find(999)->hits.load() == 999);
}

} // namespace api_try_emplace
