// SPDX-License-Identifier: BSL-1.0

// reclaim and stats: what is kept, and that it is let go.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <thread>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/gate.hpp"
#include "support/maps.hpp"

namespace api_reclaim {

using namespace ferry::test;

using value_map = ferry::concurrent_map<int, counted_value>;

TEST_CASE("the statistics of a map at rest add up") {
    int_map map;
    for (int i = 0; i < 1000; ++i)
        map.insert(i, i);
    finish_migrations(map);
    const auto full = map.stats();
    CHECK(full.live == 1000);
    CHECK(full.dead == 0);
    CHECK(full.used == 1000);
    CHECK(full.capacity == map.capacity());
    CHECK(full.load == doctest::Approx(map.load_factor()).epsilon(0.01));
    CHECK(full.buckets_left == 0);
    CHECK(full.migrations == full.grown + full.swept + full.shrunk);
    CHECK(full.grown >= 1);
    CHECK(full.table_bytes >= full.capacity * sizeof(std::uint64_t));
    CHECK(full.node_bytes >= 1000 * (2 * sizeof(int)));

    map.erase(1);
    const auto after = map.stats();
    CHECK(after.live == 999);
    CHECK(after.live + after.dead == 1000);
}

TEST_CASE("reclaim frees what is retired when nobody is pinned") {
    {
        value_map map;
        for (int i = 0; i < 1000; ++i)
            map.try_emplace(i, 1u);
        for (int i = 0; i < 1000; ++i)
            map.insert_or_assign(i, counted_value(2));
        for (int i = 0; i < 500; ++i)
            map.erase(i);
        CHECK(reclaim_everything(map));
        const auto stats = map.stats();
        CHECK(stats.retired_objects == 0);
        CHECK(stats.retired_bytes == 0);
        CHECK(counted_value::alive() == 500);
    }
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("garbage does not pile up while the map is in use") {
    {
        value_map map;
        std::int64_t most = 0;
        for (unsigned round = 0; round < 100000; ++round) {
            map.insert_or_assign(static_cast<int>(round % 10), counted_value(round));
            most = std::max(most, counted_value::alive());
        }
        CHECK(most < 20000);
    }
    CHECK(counted_value::alive() == 0);
}

TEST_CASE("a pin holds reclamation back, and the statistics show it") {
    value_map map;
    map.try_emplace(1, 10u);
    gate parked;
    std::thread reader([&] {
        const auto guard = map.pin();
        const counted_value *const value = map.find(1, guard);
        parked.pass();
        CHECK(value->intact());
    });
    parked.wait_for_arrival();
    for (unsigned i = 0; i < 10000; ++i)
        map.insert_or_assign(1, counted_value(i));
    for (int i = 0; i < 10; ++i)
        map.reclaim();
    const auto held = map.stats();
    CHECK(held.retired_objects > 0);
    CHECK(held.retired_bytes > 0);
    CHECK(counted_value::alive() > 1);
    parked.open();
    reader.join();
    CHECK(reclaim_everything(map));
    CHECK(counted_value::alive() == 1);
    CHECK(map.stats().oldest_pin_age == 0);
}

TEST_CASE("the epoch goes on while nobody is pinned for long") {
    value_map map;
    const auto before = map.stats().epoch;
    for (unsigned i = 0; i < 10000; ++i)
        map.insert_or_assign(1, counted_value(i));
    CHECK(map.stats().epoch > before);
}

TEST_CASE("a pinned loop that erases holds back its own garbage until it refreshes") {
    value_map map;
    for (int i = 0; i < 1000; ++i)
        map.try_emplace(i, 1u);
    auto guard = map.pin();
    for (int i = 0; i < 1000; ++i)
        map.erase(i);
    for (int i = 0; i < 20; ++i)
        map.reclaim();
    CHECK(counted_value::alive() == 1000);
    for (int i = 0; i < 20; ++i) {
        CHECK(guard.refresh());
        map.reclaim();
    }
    CHECK(counted_value::alive() == 0);
}

TEST_CASE("erased nodes are bounded by a sweep") {
    int_map map;
    for (int i = 0; i < 100; ++i)
        map.insert(i, i);
    std::size_t most_dead = 0;
    std::size_t most_slots = 0;
    for (int i = 100; i < 200000; ++i) {
        map.insert(i, i);
        map.erase(i);
        if (i % 64 == 0) {
            const auto stats = map.stats();
            most_dead = std::max<std::size_t>(most_dead, stats.dead);
            most_slots = std::max<std::size_t>(most_slots, stats.capacity);
        }
    }
    CHECK(most_slots <= 4096);
    CHECK(most_dead <= 4096);
    CHECK(map.stats().swept + map.stats().shrunk > 10);
    CHECK(map.size() == 100);
    CHECK(reclaim_everything(map));
    CHECK(map.stats().node_bytes < 1000000);
}

TEST_CASE("a destroyed map frees its garbage at once, though somebody is pinned elsewhere") {
    const int_map other{{1, 10}};
    const auto guard = other.pin();
    {
        value_map map;
        for (unsigned i = 0; i < 1000; ++i)
            map.insert_or_assign(static_cast<int>(i % 10), counted_value(i));
        map.clear();
    }
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("erased keys are kept until a sweep and no longer") {
    {
        ferry::concurrent_map<counted_key, int, counted_hash> map;
        for (unsigned i = 0; i < 1000; ++i)
            map.try_emplace(counted_key(i), 1);
        for (unsigned i = 0; i < 1000; ++i)
            map.erase(counted_key(i));
        map.shrink_to_fit();
        finish_migrations(map);
        for (int i = 0; i < 20; ++i)
            map.reclaim();
        CHECK(counted_key::alive() <= static_cast<std::int64_t>(map.stats().dead));
        CHECK(counted_key::alive() < 500);
    }
    CHECK(counted_key::alive() == 0);
    CHECK(counted_key::damaged() == 0);
}

} // namespace api_reclaim
