// SPDX-License-Identifier: BSL-1.0

// update and upsert: a new value made from the old one.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_update {

using namespace ferry::test;

using int_flat_map = ferry::concurrent_flat_map<int, int>;

TEST_CASE("update replaces the value when the key is present") {
    int_map map{{1, 10}};
    CHECK(map.update(1, [](const int &value) { return value + 1; }));
    CHECK(map.get(1) == 11);
    CHECK(map.size() == 1);
}

TEST_CASE("update does nothing when the key is absent") {
    int_map map{{1, 10}};
    map.erase(1);
    int calls = 0;
    const auto f = [&](const int &value) {
        ++calls;
        return value;
    };
    CHECK_FALSE(map.update(1, f));
    CHECK_FALSE(map.update(2, f));
    CHECK(calls == 0);
    CHECK(map.empty());
}

TEST_CASE("update runs its function again when the value has changed under it") {
    int_map map{{1, 10}};
    std::vector<int> seen;
    CHECK(map.update(1, [&](const int &value) {
        seen.push_back(value);
        if (seen.size() == 1)
            map.insert_or_assign(1, 20);
        return value + 1;
    }));
    CHECK(seen == std::vector<int>{10, 20});
    CHECK(map.get(1) == 21);
}

TEST_CASE("update notices that a value came back equal but new") {
    int_map map{{1, 10}};
    int calls = 0;
    CHECK(map.update(1, [&](const int &value) {
        if (++calls == 1) {
            map.insert_or_assign(1, 20);
            map.insert_or_assign(1, 10);
        }
        return value + 1;
    }));
    CHECK(calls == 2);
    CHECK(map.get(1) == 11);
}

TEST_CASE("update gives up when the key is erased under it") {
    {
        ferry::concurrent_map<int, counted_value> map;
        map.try_emplace(1, 10u);
        CHECK_FALSE(map.update(1, [&](const counted_value &value) {
            map.erase(1);
            CHECK(value.intact());
            return counted_value(11);
        }));
        CHECK_FALSE(map.contains(1));
        CHECK(map.empty());
    }
    CHECK(counted_value::alive() == 0);
}

TEST_CASE("update sees the new element when the key is erased and inserted under it") {
    int_map map{{1, 10}};
    std::vector<int> seen;
    CHECK(map.update(1, [&](const int &value) {
        seen.push_back(value);
        if (seen.size() == 1) {
            map.erase(1);
            map.insert(1, 30);
        }
        return value + 1;
    }));
    CHECK(seen == std::vector<int>{10, 30});
    CHECK(map.get(1) == 31);
}

TEST_CASE("update finds its element again after the table has grown under it") {
    int_map map{{1, 10}};
    bool first = true;
    CHECK(map.update(1, [&](const int &value) {
        if (std::exchange(first, false)) {
            for (int i = 2; i < 20000; ++i)
                map.insert(i, i);
            for (int i = 2; i < 20000; ++i)
                map.erase(i);
        }
        return value + 1;
    }));
    CHECK(map.get(1) == 11);
    CHECK(map.size() == 1);
}

TEST_CASE_TEMPLATE("a function that declines leaves the value as it is", Map, int_map,
                   int_flat_map) {
    Map map{{1, 10}};
    const auto up_to_11 = [](const int &value) {
        return value < 11 ? std::optional(value + 1) : std::nullopt;
    };
    CHECK(map.update(1, up_to_11));
    CHECK(map.get(1) == 11);
    CHECK_FALSE(map.update(1, up_to_11));
    CHECK_FALSE(map.update(2, up_to_11));
    CHECK_FALSE(map.upsert(1, up_to_11, 5));
    CHECK(map.get(1) == 11);
    CHECK(map.upsert(2, up_to_11, 5));
    CHECK(map.get(2) == 5);
    const int keys[] = {1, 2, 3};
    CHECK(map.update_many(keys, keys + 3,
                          [&](std::size_t, const int &value) { return up_to_11(value); }) == 1);
    CHECK(map.get(2) == 6);
}

TEST_CASE_TEMPLATE("a function that declines when it runs again discards what it made", Map,
                   int_map, int_flat_map) {
    Map map{{1, 10}};
    int calls = 0;
    CHECK_FALSE(map.update(1, [&](const int &value) -> std::optional<int> {
        if (++calls == 2)
            return std::nullopt;
        map.insert_or_assign(1, 20);
        return value + 1;
    }));
    CHECK(calls == 2);
    CHECK(map.get(1) == 20);
}

TEST_CASE("a value of a type that is an optional itself is a value") {
    ferry::concurrent_map<int, std::optional<int>> map;
    map.try_emplace(1, 10);
    CHECK(map.update(1, [](const std::optional<int> &) { return std::optional<int>(); }));
    CHECK(map.get(1) == std::optional<std::optional<int>>(std::in_place));
}

TEST_CASE("upsert constructs from the arguments when the key is absent") {
    string_map map;
    int calls = 0;
    const auto f = [&](const std::string &old) {
        ++calls;
        return old + "+";
    };
    CHECK(map.upsert("key", f, 3u, 'x'));
    CHECK(map.get("key") == "xxx");
    CHECK(calls == 0);
    map.erase("key");
    CHECK(map.upsert("key", f, "again"));
    CHECK(map.get("key") == "again");
    CHECK(calls == 0);
}

TEST_CASE("upsert makes a new value from the old one when the key is present") {
    string_map map;
    map.insert("key", "value");
    CHECK_FALSE(map.upsert(
        "key", [](const std::string &old) { return old + "+"; }, "unused"));
    CHECK(map.get("key") == "value+");
    CHECK(map.size() == 1);
}

TEST_CASE("upsert inserts when the key is erased under its function") {
    int_map map{{1, 10}};
    int calls = 0;
    CHECK(map.upsert(
        1,
        [&](const int &value) {
            ++calls;
            map.erase(1);
            return value + 1;
        },
        5));
    CHECK(calls == 1);
    CHECK(map.get(1) == 5);
}

TEST_CASE("upsert counts words") {
    int_map map;
    for (int i = 0; i < 1000; ++i)
        map.upsert(
            i % 10, [](const int &n) { return n + 1; }, 1);
    CHECK(map.size() == 10);
    for (int i = 0; i < 10; ++i)
        CHECK(map.get(i) == 100);
}

} // namespace api_update
