// SPDX-License-Identifier: BSL-1.0

// What an operation of a flat map costs beyond what bounds.cpp counts of both engines: tables that
// it makes, pieces of memory by how a table changes, and units where the chain is long.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "costs.hpp"
#include "support/hashes.hpp"
#include "support/maps.hpp"

using namespace ferry::test;

namespace {

unsigned tables_made() { return asked.small_tables + asked.mappings; }

} // namespace

TEST_CASE("a flat map's operations allocate the tables that it moves to, and nothing else") {
    asked = {};
    ferry::concurrent_flat_map<std::uint64_t, std::uint64_t> map;
    CHECK(tables_made() == 1);
    map.contains(0); // makes the thread's record
    const std::size_t keys = scaled(60'000, 60'000);
    std::size_t tables = 1;
    std::size_t others = 0;
    const auto count = [&](auto &&operation) {
        asked = {};
        operation();
        tables += tables_made();
        others += asked.allocations;
    };
    const auto plus_one = [](std::uint64_t value) { return value + 1; };
    for (std::uint64_t i = 0; i != keys; ++i) {
        count([&] { map.insert(i, i); });
        count([&] { map.insert_or_assign(i / 2, i); });
        count([&] { map.upsert(i / 3, plus_one, i); });
        count([&] { map.update(i / 5, plus_one); });
        count([&] { map.exchange(i / 7, i); });
        count([&] { map.compute(i, [](const std::uint64_t *value) { return *value + 1; }); });
        count([&] { static_cast<void>(map.find(i / 2)); });
        count([&] { map.visit(i / 2, [](std::uint64_t) {}); });
    }
    for (std::uint64_t i = 0; i != keys; ++i) {
        count([&] { map.erase(i); });
        count([&] { static_cast<void>(map.extract(i + 1)); });
        count([&] { map.insert(keys + i, i); });
        count([&] { map.erase_if(keys + i, [](std::uint64_t) { return true; }); });
    }
    CHECK(others == 0);
    const auto stats = map.stats();
    CHECK(stats.grown >= 5);
    CHECK(stats.swept + stats.shrunk >= 3);
    CHECK(tables == stats.migrations + chain_length(map));
    count([&] { map.reserve(4 * keys); });
    count([&] { map.shrink_to_fit(); });
    count([&] { map.for_each([](std::uint64_t, std::uint64_t) {}); });
    count([&] { map.clear(); });
    CHECK(others == 0);
    CHECK(tables == map.stats().migrations + chain_length(map));
}

TEST_CASE("a share has two pieces provided when a table doubles, and one when it is swept") {
    const std::size_t keys = scaled(100'000, 100'000);
    cells::map map;
    std::uint64_t next = 0;
    while (map.capacity() <= tuning::slots_to_quadruple)
        map.insert(next, next), ++next;
    finish_migrations(map);
    cost seen;
    std::size_t growths = map.stats().grown;
    for (; next != keys; ++next)
        seen.raise_to(cost_of([&] { map.insert(next, next); }));
    finish_migrations(map);
    CHECK(map.stats().grown >= growths + 3);
    CHECK(seen.asked == 2 * cells::piece);

    const std::size_t stay = keys / 2;
    for (std::uint64_t i = 0; i != keys - stay; ++i)
        map.erase(i);
    finish_migrations(map);
    growths = map.stats().grown;
    const std::size_t sweeps = map.stats().swept;
    seen = {};
    while (map.stats().swept == sweeps) {
        for (unsigned i = 0; i != 1000; ++i, ++next) {
            seen.raise_to(cost_of([&] { map.erase(next - stay); }));
            seen.raise_to(cost_of([&] { map.insert(next, next); }));
        }
    }
    CHECK(map.stats().grown == growths);
    CHECK(map.stats().shrunk == 0);
    CHECK(seen.asked == cells::piece);
}

TEST_CASE("an operation migrates one unit, and twice as many for each table beyond the next one") {
    // One home gets more keys than a path has room for, again and again, while the other keys are
    // on their way to the next table.
    ferry::concurrent_flat_map<std::uint64_t, std::uint64_t, chosen_bijection> map(90'000);
    constexpr std::uint64_t spread = 40'000;
    for (std::uint64_t i = 1; i <= spread; ++i)
        map.insert(i * (~std::uint64_t{0} / (spread + 1)), i);
    REQUIRE(map.stats().grown == 0);
    findings found;
    std::vector<std::size_t> most; // for each number of tables
    cost seen;
    for (std::uint64_t key = 0; map.stats().migrations == 0; ++key) {
        const auto before = map.stats();
        seen.raise_to(cost_of([&] { map.insert(key, key); }));
        const auto now = map.stats();
        const std::size_t tables = chain_length(map);
        most.resize(std::max(most.size(), tables + 1));
        if (now.migrations == 0)
            most[tables] = std::max(most[tables], now.buckets_migrated - before.buckets_migrated);
    }
    REQUIRE(most.size() > 5);
    CHECK(most[1] == 0);
    for (std::size_t tables = 2; tables < most.size(); ++tables) {
        INFO(tables, " tables");
        CHECK(most[tables] == cells::unit << (tables - 2));
    }
    CHECK(seen.allocations == 0);
    CHECK(seen.asked <= cells::most(true).asked);
}
