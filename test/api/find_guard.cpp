// SPDX-License-Identifier: BSL-1.0

// find(key, guard): a pointer that lives as long as the guard.

#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/maps.hpp"

namespace api_find_guard {

using namespace ferry::test;

static_assert(std::is_same_v<decltype(std::declval<const int_map &>().find(
                                 1, std::declval<const ferry::guard &>())),
                             const int *>);

TEST_CASE("find under a guard points to the value when the key is present") {
    const int_map map{{1, 10}, {2, 20}};
    const auto guard = map.pin();
    const int *const value = map.find(2, guard);
    REQUIRE(value != nullptr);
    CHECK(*value == 20);
}

TEST_CASE("find under a guard returns nullptr when the key is absent") {
    int_map map{{1, 10}};
    const auto guard = map.pin();
    CHECK(map.find(2, guard) == nullptr);
    map.erase(1);
    CHECK(map.find(1, guard) == nullptr);
}

TEST_CASE("two finds of an unchanged element give one address") {
    int_map map{{1, 10}};
    const auto guard = map.pin();
    const int *const value = map.find(1, guard);
    CHECK(map.find(1, guard) == value);
    CHECK(&*map.find(1) == value);
}

TEST_CASE("elements stay where they are while the table grows around them") {
    int_map map;
    const auto guard = map.pin();
    std::vector<const int *> addresses;
    for (int i = 0; i < 20000; ++i) {
        map.insert(i, i);
        addresses.push_back(map.find(i, guard));
    }
    REQUIRE(map.stats().grown >= 3);
    int moved = 0;
    for (int i = 0; i < 20000; ++i) {
        const int *const place = addresses[static_cast<std::size_t>(i)];
        moved += map.find(i, guard) != place || *place != i;
    }
    CHECK(moved == 0);
}

TEST_CASE("a replaced value stays readable under the guard, at another address than the new one") {
    int_map map{{1, 10}};
    const auto guard = map.pin();
    const int *const before = map.find(1, guard);
    map.insert_or_assign(1, 11);
    const int *const after = map.find(1, guard);
    CHECK(before != after);
    CHECK(*before == 10);
    CHECK(*after == 11);
}

namespace {

// While a guard is watched, each value that ends tries to refresh it.
struct refreshing {
    static inline std::optional<ferry::guard> watched;
    static inline int ended = 0;
    static inline int refreshed = 0;

    explicit refreshing(int) {}
    refreshing(refreshing &&other) noexcept : moved_from(std::exchange(other.moved_from, true)) {}
    ~refreshing() {
        if (!moved_from && watched) {
            ++ended;
            refreshed += watched->refresh();
        }
    }

    bool moved_from = false;
};

} // namespace

TEST_CASE("a value that ends while a find under a guard helps cannot refresh that guard") {
    ferry::epoch_domain domain;
    ferry::concurrent_map<int, refreshing> map(ferry::options{.domain = &domain});
    int_map other(ferry::options{.domain = &domain});
    for (int i = 0; i < 1500; ++i)
        map.insert(i, refreshing(i));
    {
        const auto guard = map.pin(); // keeps what is erased, until a sweep begins
        for (int i = 0; i < 1500 && !map.migrating(); ++i)
            map.erase(i);
    }
    for (int i = 0; i < 4; ++i) { // an epoch each
        const auto guard = map.pin();
        other.reclaim();
    }
    REQUIRE(map.migrating());
    refreshing::watched.emplace(map.pin());
    for (int i = 0; i < 100'000 && map.migrating(); ++i)
        static_cast<void>(map.find(i, *refreshing::watched)); // helps if its home has moved
    refreshing::watched.reset();
    CHECK_FALSE(map.migrating());
    CHECK(refreshing::ended > 0);
    CHECK(refreshing::refreshed == 0);
}

} // namespace api_find_guard
