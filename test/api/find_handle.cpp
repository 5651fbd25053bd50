// SPDX-License-Identifier: BSL-1.0

// find(key): a handle that pins and keeps what it refers to.

#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_find_handle {

using namespace ferry::test;

static_assert(std::is_move_constructible_v<int_map::handle>);
static_assert(!std::is_copy_constructible_v<int_map::handle>);
static_assert(!std::is_convertible_v<int_map::handle, bool>, "a handle is no number");
static_assert(std::is_same_v<decltype(*std::declval<const int_map &>().find(1)), const int &>);

TEST_CASE("a handle gives key and value when the key is present") {
    string_map map;
    map.insert("key", "value");
    const auto handle = map.find("key");
    REQUIRE(handle);
    CHECK(*handle == "value");
    CHECK(handle->size() == 5);
    CHECK(handle.key() == "key");
    CHECK(handle.value() == "value");
    CHECK(&handle.value() == &*handle);
}

TEST_CASE("a handle is empty when the key is absent") {
    int_map map{{1, 10}};
    CHECK_FALSE(map.find(2));
    map.erase(1);
    CHECK_FALSE(map.find(1));
}

TEST_CASE("a moved handle takes its pin along") {
    ferry::concurrent_map<int, counted_value> map;
    map.try_emplace(1, 10u);
    map.try_emplace(2, 20u);
    auto first = map.find(1);
    auto second = std::move(first);
    REQUIRE(second);
    map.erase(1);
    map.reclaim();
    CHECK(second->intact());
    CHECK(second->number() == 10);
    second = map.find(2);
    CHECK(second->number() == 20);
    second = {};
    CHECK_FALSE(second);
    CHECK(reclaim_everything(map));
    CHECK(counted_value::alive() == 1);
}

TEST_CASE("a handle keeps the value that was there when it has been replaced or erased") {
    {
        ferry::concurrent_map<int, counted_value> map;
        map.try_emplace(1, 10u);
        const auto before = map.find(1);
        std::thread([&] {
            map.insert_or_assign(1, counted_value(11));
            map.erase(1);
            map.try_emplace(1, 12u);
            for (int i = 2; i < 1000; ++i) {
                map.try_emplace(i, 1u);
                map.erase(i);
            }
            map.reclaim();
        }).join();
        CHECK(before->intact());
        CHECK(before->number() == 10);
        CHECK(before.key() == 1);
        CHECK(map.find(1)->number() == 12);
    }
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("many handles at once, released in any order") {
    int_map map;
    for (int i = 0; i < 100; ++i)
        map.insert(i, i * 3);
    std::vector<int_map::handle> handles;
    for (int i = 0; i < 100; ++i)
        handles.push_back(map.find(i));
    map.clear();
    for (int i = 0; i < 100; ++i)
        CHECK(*handles[static_cast<std::size_t>(i)] == i * 3);
    std::swap(handles[3], handles[90]);
    handles.erase(handles.begin() + 50, handles.end());
    CHECK(*handles[3] == 270);
    handles.clear();
    CHECK(reclaim_everything(map));
}

TEST_CASE("a handle to a value that cannot be copied") {
    ferry::concurrent_map<int, std::unique_ptr<int>> map;
    map.insert(1, std::make_unique<int>(10));
    const auto handle = map.find(1);
    REQUIRE(handle);
    CHECK(**handle == 10);
}

} // namespace api_find_handle
