// SPDX-License-Identifier: BSL-1.0

// maintain and options::shrink_below: what a thread with time to spare does for a map.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <new>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

namespace api_maintain {

using namespace ferry::test;
using flat_u64_map = ferry::concurrent_flat_map<std::uint64_t, std::uint64_t>;

namespace {

template <class Map>
void fill(Map &map, std::uint64_t elements) {
    for (std::uint64_t i = 0; i < elements; ++i)
        map.insert(i, i);
    while (map.maintain()) {
    }
}

// Erases all but `left` elements, and does what upkeep is due.
template <class Map>
void empty_but(Map &map, std::uint64_t left, std::uint64_t elements) {
    for (std::uint64_t i = left; i < elements; ++i)
        map.erase(i);
    while (map.maintain()) {
    }
}

} // namespace

TEST_CASE_TEMPLATE("maintain ends a migration that writers left, and frees what is retired", Map,
                   u64_map, flat_u64_map) {
    Map map;
    std::uint64_t next = 0;
    while (next < 10'000 || !map.migrating())
        map.insert(next, next), ++next;
    const auto calls = [&] {
        unsigned made = 1;
        while (map.maintain(16))
            ++made;
        return made;
    }();
    CHECK(calls > 1); // it did a part in each
    CHECK_FALSE(map.migrating());
    CHECK(map.stats().retired_objects == 0);
    CHECK(map.size() == next);
    CHECK_FALSE(map.maintain());
}

TEST_CASE_TEMPLATE("a table becomes smaller when fewer elements are left than shrink_below says",
                   Map, u64_map, flat_u64_map) {
    constexpr std::uint64_t elements = 20'000;
    constexpr std::uint64_t left = 100;
    Map map(ferry::options{.shrink_below = 0.125});
    fill(map, elements);
    const auto slots = map.capacity();
    empty_but(map, left, elements);
    CHECK(map.size() == left);
    CHECK(map.load_factor() >= 0.125);
    CHECK(map.capacity() < slots / 32);
    for (std::uint64_t i = 0; i < left; ++i)
        CHECK(map.get(i) == i);
    // Never below what min_capacity or reserve keep.
    Map kept(ferry::options{.min_capacity = 5000, .shrink_below = 0.125});
    fill(kept, elements);
    empty_but(kept, left, elements);
    CHECK(kept.capacity() >= 5000);
    map.reserve(3000);
    CHECK_FALSE(map.maintain());
    CHECK(map.capacity() >= 3000);
}

namespace {

// Keys with one home, whatever the table, as far as a table has such homes.
struct one_home {
    using is_avalanching = void;
    std::uint64_t operator()(std::uint64_t key) const noexcept { return key; }
    std::uint64_t unhash(std::uint64_t of) const noexcept { return of; }
};

// How many calls of maintain() say that more is to do, at most 2000.
template <class Map>
unsigned calls_to_rest(Map &map) {
    unsigned calls = 0;
    while (calls < 2000 && map.maintain(1u << 20))
        ++calls;
    return calls;
}

} // namespace

TEST_CASE_TEMPLATE("a table whose keys do not fit into a smaller one comes to rest", Map,
                   ferry::concurrent_map<std::uint64_t, std::uint64_t, one_home>,
                   ferry::concurrent_flat_map<std::uint64_t, std::uint64_t, one_home>) {
    for (const std::uint64_t keys : {9u, 31u, 100u, 300u, 600u, 1000u}) {
        Map map(ferry::options{.shrink_below = 0.125});
        for (std::uint64_t i = 0; i < keys; ++i)
            map.insert(i, i);
        CHECK(calls_to_rest(map) < 100);
        const auto migrations = map.stats().migrations;
        CHECK(calls_to_rest(map) == 0);
        CHECK(map.stats().migrations == migrations);
        const auto slots = map.capacity();
        for (std::uint64_t i = keys / 8; i < keys; ++i)
            map.erase(i);
        CHECK(calls_to_rest(map) < 100);
        CHECK(map.size() == keys / 8);
        // Where most of them are gone, the table may become smaller after all.
        if (keys >= 300)
            CHECK(map.capacity() < slots);
    }
}

TEST_CASE("what is reserved stays reserved while others look after the map") {
    for (std::size_t round = 0; round < scaled(40, 2); ++round) {
        u64_map map(ferry::options{.shrink_below = 1.0 / 16});
        for (std::uint64_t i = 0; i < 2000; ++i)
            map.insert(i, i);
        std::atomic<bool> over{false};
        const auto found = crew(3, [&](unsigned id, findings &) {
            if (id == 0) {
                map.reserve(100'000);
                over.store(true);
            }
            while (!over.load())
                map.maintain();
        });
        CHECK(found.text() == "");
        while (map.maintain()) {
        }
        CHECK(map.capacity() >= 100'000);
        CHECK(map.stats().shrunk == 0);
    }
}

TEST_CASE("a reservation that there was no memory for keeps no table large") {
    u64_map map(ferry::options{.shrink_below = 0.125});
    fill(map, 1000);
    CHECK_THROWS_AS(map.reserve(std::size_t{1} << 44), std::bad_alloc);
    const auto slots = map.capacity();
    empty_but(map, 1, 1000);
    CHECK(map.capacity() < slots / 4);
}

TEST_CASE("erasures alone shrink a table that has shrink_below, without maintain") {
    constexpr std::uint64_t elements = 50'000;
    u64_map with(ferry::options{.shrink_below = 0.1});
    u64_map without;
    for (auto *map : {&with, &without}) {
        fill(*map, elements);
        for (std::uint64_t i = 0; i < elements; ++i)
            map->erase(i);
        for (std::uint64_t i = 0; i < 30'000; ++i) {
            map->insert(1, i);
            map->erase(1);
        }
    }
    MESSAGE(with.capacity(), " and ", without.capacity(), " slots");
    CHECK(with.capacity() <= without.capacity() / 4);
}

TEST_CASE("of shrink_below what is at most an eighth counts, and less than one in 65536 is 0") {
    constexpr double shares[] = {
        1.0,   100.0, std::numeric_limits<double>::infinity(),  1e-9, 0.125, -1.0,
        -1e-9, 0.0,   std::numeric_limits<double>::quiet_NaN(),
    };
    std::size_t slots[std::size(shares)];
    for (std::size_t i = 0; i < std::size(shares); ++i) {
        u64_map map(ferry::options{.shrink_below = shares[i]});
        fill(map, 10'000);
        empty_but(map, 0, 10'000);
        slots[i] = map.capacity();
    }
    for (const std::size_t i : {0, 1, 2})
        CHECK(slots[i] == slots[4]);
    for (const std::size_t i : {3, 5, 6, 8})
        CHECK(slots[i] == slots[7]);
    CHECK(slots[7] > slots[4]);
}

TEST_CASE("without anything to do maintain leaves the epoch where it is") {
    u64_map map;
    map.insert(1, 1);
    map.reclaim();
    const auto epoch = map.stats().epoch;
    for (unsigned i = 0; i != 10; ++i)
        CHECK_FALSE(map.maintain());
    CHECK(map.stats().epoch == epoch);
    map.insert_or_assign(1, 2); // in a box, as the node's place was in use
    map.insert_or_assign(1, 3);
    map.insert_or_assign(1, 4);
    REQUIRE(map.stats().retired_objects != 0);
    CHECK_FALSE(map.maintain());
    CHECK(map.stats().epoch != epoch);
    CHECK(map.stats().retired_objects == 0);
}

} // namespace api_maintain
