// SPDX-License-Identifier: BSL-1.0

// visit and visit_many: a look at the value where it is.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include "support/maps.hpp"

namespace api_visit {

using namespace ferry::test;

TEST_CASE("visit shows the value when the key is present") {
    const int_map map{{1, 10}};
    int seen = 0;
    CHECK(map.visit(1, [&](const int &value) { seen = value; }));
    CHECK(seen == 10);
}

TEST_CASE("visit does not call back when the key is absent") {
    int_map map{{1, 10}};
    map.erase(1);
    int calls = 0;
    CHECK_FALSE(map.visit(1, [&](const int &) { ++calls; }));
    CHECK_FALSE(map.visit(2, [&](const int &) { ++calls; }));
    CHECK(calls == 0);
}

TEST_CASE("visit shows the key, too, to a function that takes it") {
    string_map map;
    map.insert("key", "value");
    std::string seen;
    CHECK(map.visit("key", [&](const std::string &key, const std::string &value) {
        seen = key + '=' + value;
    }));
    CHECK(seen == "key=value");
    const ferry::concurrent_flat_map<int, int> flat{{1, 10}};
    CHECK(flat.visit(1, [](int key, int value) { CHECK(key + value == 11); }));
    CHECK(flat.visit(1, [](auto &value) { CHECK(value == 10); }));
}

TEST_CASE("visit shows the value in the map and no copy") {
    const int_map map{{1, 10}};
    const auto guard = map.pin();
    const int *const there = map.find(1, guard);
    map.visit(1, [&](const int &value) { CHECK(&value == there); });
}

TEST_CASE("visit calls back once") {
    const int_map map{{1, 10}};
    int calls = 0;
    map.visit(1, [&](const int &) { ++calls; });
    CHECK(calls == 1);
}

TEST_CASE("a visit may use the map, even to erase what it looks at") {
    string_map map;
    map.insert("key", "a value too long to be kept without an allocation");
    CHECK(map.visit("key", [&](const std::string &value) {
        CHECK(map.erase("key") == 1);
        CHECK(map.insert("key", "another"));
        for (int i = 0; i < 1000; ++i)
            map.insert(std::to_string(i), "more");
        map.reclaim();
        CHECK(value == "a value too long to be kept without an allocation");
    }));
    CHECK(map.get("key") == "another");
}

TEST_CASE("visit_many finds each key of the range that is present, with its index") {
    int_map map;
    for (int i = 0; i < 3000; i += 3)
        map.insert(i, i * 2);
    std::vector<int> keys;
    for (int i = 0; i < 3000; ++i)
        keys.push_back(i);
    std::vector<int> calls(keys.size());
    const auto found =
        map.visit_many(keys.begin(), keys.end(), [&](std::size_t index, const int &value) {
            ++calls[index];
            CHECK(value == keys[index] * 2);
        });
    CHECK(found == 1000);
    for (std::size_t i = 0; i < keys.size(); ++i)
        CHECK(calls[i] == (i % 3 == 0 ? 1 : 0));
}

TEST_CASE("visit_many of ranges of any length") {
    int_map map;
    for (int i = 0; i < 100; ++i)
        map.insert(i, i);
    for (int length = 0; length < 70; ++length) {
        std::vector<int> keys;
        for (int i = 0; i < length; ++i)
            keys.push_back(i);
        std::size_t sum = 0;
        CHECK(map.visit_many(keys.begin(), keys.end(), [&](std::size_t index, const int &value) {
            CHECK(index == static_cast<std::size_t>(value));
            sum += index + 1;
        }) == static_cast<std::size_t>(length));
        CHECK(sum == static_cast<std::size_t>(length * (length + 1) / 2));
    }
}

TEST_CASE("visit_many takes a key as often as it is in the range") {
    const int_map map{{1, 10}};
    const int keys[] = {1, 1, 2, 1};
    std::vector<std::size_t> indices;
    CHECK(map.visit_many(std::begin(keys), std::end(keys),
                         [&](std::size_t index, const int &) { indices.push_back(index); }) == 3);
    std::sort(indices.begin(), indices.end());
    CHECK(indices == std::vector<std::size_t>{0, 1, 3});
}

TEST_CASE("visit_many finds everything in the middle of a migration") {
    int_map map;
    int next = 0;
    while (!map.migrating() || next < 1000) {
        map.insert(next, next);
        ++next;
    }
    std::vector<int> keys;
    for (int i = 0; i < next; ++i)
        keys.push_back(i);
    std::size_t calls = 0;
    CHECK(map.visit_many(keys.begin(), keys.end(), [&](std::size_t index, const int &value) {
        ++calls;
        CHECK(static_cast<std::size_t>(value) == index);
    }) == keys.size());
    CHECK(calls == keys.size());
}

} // namespace api_visit
