// SPDX-License-Identifier: BSL-1.0

// Passes that are divided into calls, samples, and drain.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <set>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>

#include "support/crew.hpp"
#include "support/maps.hpp"

namespace api_passes {

using namespace ferry::test;

using u64_flat_map = ferry::concurrent_flat_map<std::uint64_t, std::uint64_t>;

template <class Map>
void fill(Map &map, std::uint64_t elements) {
    for (std::uint64_t i = 0; i != elements; ++i)
        map.try_emplace(i, i);
    finish_migrations(map);
}

TEST_CASE_TEMPLATE("a pass in short calls looks at each element once", Map, u64_map, u64_flat_map) {
    Map map;
    fill(map, 10'000);
    std::vector<unsigned> looked(10'000);
    ferry::scan_position at;
    std::size_t calls = 0;
    std::size_t erased = 0;
    do {
        std::size_t here = 0;
        erased += map.erase_if(at, 5, [&](const std::uint64_t &key, const std::uint64_t &value) {
            CHECK(key == value);
            ++looked[key];
            ++here;
            return key % 3 == 0;
        });
        CHECK(here <= 5 * 65 * 8); // five homes with their paths
        ++calls;
    } while (!at.finished());
    CHECK(std::ranges::all_of(looked, [](unsigned times) { return times == 1; }));
    CHECK(erased == 3334);
    CHECK(map.size() == 10'000 - 3334);
    CHECK(calls > 100);
    // The next call begins again.
    CHECK(map.erase_if(at, map.capacity(), [](auto, auto) { return true; }) == 10'000 - 3334);
    CHECK(map.empty());
}

TEST_CASE_TEMPLATE("a pass goes on where it stood when the table grows", Map, u64_map,
                   u64_flat_map) {
    Map map;
    fill(map, 1000);
    std::vector<unsigned> looked(1000);
    ferry::scan_position at;
    std::uint64_t next = 1000;
    do {
        map.erase_if(at, 8, [&](const std::uint64_t &key, const std::uint64_t &) {
            if (key < 1000)
                ++looked[key];
            return false;
        });
        for (unsigned i = 0; i != 100; ++i, ++next)
            map.try_emplace(next, next);
    } while (!at.finished() && next != 500'000);
    REQUIRE(at.finished());
    CHECK(map.stats().grown > 3);
    CHECK(std::ranges::all_of(looked, [](unsigned times) { return times == 1; }));
}

TEST_CASE("a pass over a set in short calls") {
    ferry::concurrent_set<std::uint64_t> set;
    for (std::uint64_t i = 0; i != 1000; ++i)
        set.insert(i);
    ferry::scan_position at;
    std::size_t erased = 0;
    do {
        erased += set.erase_if(at, 3, [](std::uint64_t key) { return key % 2 == 0; });
    } while (!at.finished());
    CHECK(erased == 500);
    CHECK(set.size() == 500);
}

TEST_CASE_TEMPLATE("a sample shows as many elements as asked for, each once", Map, u64_map,
                   u64_flat_map) {
    Map map;
    fill(map, 1000);
    std::set<std::uint64_t> ever;
    for (unsigned i = 0; i != 2000; ++i) {
        std::set<std::uint64_t> seen;
        const auto shown = map.sample(16, [&](const std::uint64_t &key, const std::uint64_t &) {
            CHECK(seen.insert(key).second);
        });
        CHECK(shown == seen.size());
        CHECK(shown <= 16);
        CHECK(shown >= 8); // among 32 homes of a table that is more than a third full
        ever.merge(seen);
    }
    CHECK(ever.size() > 900); // chances that 100 are never among 32,000: none
}

TEST_CASE_TEMPLATE("a sample ends, whatever is there", Map, u64_map, u64_flat_map) {
    Map map;
    const auto count = [&](std::size_t n) {
        std::size_t calls = 0;
        const auto shown = map.sample(n, [&](auto, auto) { ++calls; });
        CHECK(shown == calls);
        return shown;
    };
    CHECK(count(10) == 0);
    map.try_emplace(1u, 1u);
    CHECK(count(0) == 0);
    CHECK(count(10) == 1);
    fill(map, 100'000);
    CHECK(count(100'000'000) == 100'000);
    map.erase_if([](auto, auto) { return true; });
    CHECK(count(10) == 0);
}

TEST_CASE_TEMPLATE("a sample shows no element twice, though the table shrinks meanwhile", Map,
                   u64_map, u64_flat_map) {
    for (unsigned round = 0; round != 20; ++round) {
        Map map;
        fill(map, 5000);
        map.erase_if([](std::uint64_t key, auto) { return key >= 100; });
        std::set<std::uint64_t> seen;
        const auto shown = map.sample(~std::size_t{0}, [&](std::uint64_t key, auto) {
            CHECK(seen.insert(key).second);
            map.shrink_to_fit();
        });
        CHECK(shown == 100);
    }
}

TEST_CASE("a position of a share begins that share again") {
    u64_map map;
    fill(map, 1000);
    ferry::scan_position at(1, 4);
    std::size_t shown[2] = {};
    for (auto &each : shown)
        map.erase_if(at, map.capacity(), [&](auto, auto) { return ++each == 0; });
    CHECK(shown[0] > 100);
    CHECK(shown[0] < 500);
    CHECK(shown[1] == shown[0]);
}

TEST_CASE("a sample of a set") {
    const ferry::concurrent_set<std::uint64_t> set{1, 2, 3};
    std::set<std::uint64_t> seen;
    CHECK(set.sample(10, [&](std::uint64_t key) { seen.insert(key); }) == 3);
    CHECK(seen == std::set<std::uint64_t>{1, 2, 3});
}

TEST_CASE_TEMPLATE("threads that drain a map share its elements", Map, u64_map, u64_flat_map) {
    constexpr std::uint64_t elements = 20'000;
    Map map;
    fill(map, elements);
    std::vector<std::atomic<unsigned>> given(elements);
    std::atomic<std::size_t> drained{0};
    const auto found = crew(3, [&](unsigned, findings &) {
        drained += map.drain([&](const std::uint64_t &key, const std::uint64_t &value) {
            given[key] += key == value ? 1 : 100;
        });
    });
    CHECK(found.text() == "");
    CHECK(drained == elements);
    CHECK(std::ranges::all_of(given, [](auto &times) { return times == 1; }));
    CHECK(map.empty());
}

TEST_CASE("a set is drained, and a function that throws loses one key") {
    ferry::concurrent_set<int> set{1, 2, 3};
    struct enough {};
    CHECK_THROWS_AS(set.drain([](int) { throw enough(); }), enough);
    CHECK(set.size() == 2);
    CHECK(set.drain([](int) {}) == 2);
    CHECK(set.empty());
}

} // namespace api_passes
