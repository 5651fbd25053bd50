// SPDX-License-Identifier: BSL-1.0

// get_or_emplace and get_or_emplace_with: what is there, or else what the caller brings.

#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_get_or_emplace {

using namespace ferry::test;

TEST_CASE("get_or_emplace inserts when the key is absent") {
    string_map map;
    const auto [handle, inserted] = map.get_or_emplace("key", 3u, 'x');
    CHECK(inserted);
    REQUIRE(handle);
    CHECK(*handle == "xxx");
    CHECK(handle.key() == "key");
    CHECK(map.get("key") == "xxx");
}

TEST_CASE("get_or_emplace leads to what is present and constructs nothing") {
    ferry::concurrent_map<counted_key, counted_value, counted_hash> map;
    const counted_key key(1);
    map.try_emplace(key, 10u);
    const auto keys = counted_key::made();
    const auto values = counted_value::made();
    const auto [handle, inserted] = map.get_or_emplace(key, 11u);
    CHECK_FALSE(inserted);
    REQUIRE(handle);
    CHECK(handle->number() == 10);
    CHECK(counted_key::made() == keys);
    CHECK(counted_value::made() == values);
}

TEST_CASE("the handle of get_or_emplace protects") {
    ferry::concurrent_map<int, counted_value> map;
    const auto [handle, inserted] = map.get_or_emplace(1, 10u);
    CHECK(inserted);
    map.erase(1);
    map.reclaim();
    CHECK(handle->intact());
    CHECK(handle->number() == 10);
}

TEST_CASE("get_or_emplace_with calls its function once when the key is absent") {
    int_map map;
    int calls = 0;
    const auto [handle, inserted] = map.get_or_emplace_with(1, [&] {
        ++calls;
        return 10;
    });
    CHECK(inserted);
    CHECK(*handle == 10);
    CHECK(calls == 1);
}

TEST_CASE("get_or_emplace_with does not call its function when the key is present") {
    int_map map{{1, 10}};
    int calls = 0;
    const auto [handle, inserted] = map.get_or_emplace_with(1, [&] {
        ++calls;
        return 11;
    });
    CHECK_FALSE(inserted);
    CHECK(*handle == 10);
    CHECK(calls == 0);
}

TEST_CASE("get_or_emplace_with discards its value when somebody else was first") {
    {
        ferry::concurrent_map<int, counted_value> map;
        int calls = 0;
        const auto [handle, inserted] = map.get_or_emplace_with(1, [&] {
            ++calls;
            map.try_emplace(1, 20u);
            return counted_value(10);
        });
        CHECK_FALSE(inserted);
        CHECK(handle->number() == 20);
        CHECK(calls == 1);
        CHECK(map.size() == 1);
        CHECK(counted_value::alive() == 1);
    }
    CHECK(counted_value::alive() == 0);
}

TEST_CASE("get_or_emplace_with calls its function at most once, whatever happens meanwhile") {
    ferry::concurrent_map<int, std::unique_ptr<int>> map;
    int calls = 0;
    const auto [handle, inserted] = map.get_or_emplace_with(1, [&] {
        ++calls;
        map.insert(1, std::make_unique<int>(20));
        map.erase(1);
        for (int i = 2; i < 1000; ++i)
            map.insert(i, nullptr);
        return std::make_unique<int>(10);
    });
    CHECK(inserted);
    CHECK(**handle == 10);
    CHECK(calls == 1);
}

} // namespace api_get_or_emplace
