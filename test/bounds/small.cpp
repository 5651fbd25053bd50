// SPDX-License-Identifier: BSL-1.0

// What a map costs before its first key, and when more threads write to it.

#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "system_calls.hpp"

using namespace ferry::test;

namespace {

using u64_map = ferry::concurrent_map<std::uint64_t, std::uint64_t>;
using flat_u64_map = ferry::concurrent_flat_map<std::uint64_t, std::uint64_t>;

// So many changes, of which each is a key's.
template <class Map>
void change(Map &map, unsigned changes) {
    for (std::uint64_t i = 0; i != changes / 2; ++i) {
        map.insert(1'000'000, i);
        map.erase(1'000'000);
    }
}

template <class Map>
unsigned stripes_made(Map &map, unsigned changes) {
    unsigned made = 0;
    const auto found = crew(2, [&](unsigned id, findings &) {
        if (id != 0)
            return;
        asked = {};
        change(map, changes);
        made = asked.small_tables;
    });
    CHECK(found.text() == "");
    return made;
}

} // namespace

TEST_CASE("a map that only one thread writes to takes less than 1 KiB for ten keys") {
    u64_map{}.contains(1); // makes the thread's record
    asked = {};
    u64_map map;
    CHECK(asked.heap_bytes == 768);
    for (std::uint64_t i = 0; i != 10; ++i)
        map.try_emplace(i, i);
    CHECK(asked.heap_bytes == 768 + 10 * 24);
    // However much it is written: tables that follow one another, and no stripe.
    for (std::uint64_t i = 10; i != 10'000; ++i) {
        map.try_emplace(i, i);
        map.erase(i);
    }
    const auto migrations = map.stats().migrations;
    CHECK(migrations > 10);
    CHECK(asked.small_tables <= 1 + migrations + 1); // the last may be under way
}

TEST_CASE("a flat map that only one thread writes to takes less than 3 KiB for twenty keys") {
    asked = {};
    flat_u64_map map;
    for (std::uint64_t i = 0; i != 20; ++i)
        map.try_emplace(i, i);
    CHECK(asked.heap_bytes == 2688);
}

TEST_CASE_TEMPLATE("another thread gets a stripe of its own when it has written for a while", Map,
                   u64_map, flat_u64_map) {
    Map map(100'000); // no small table comes
    change(map, 2);
    constexpr unsigned per_stripe = ferry::detail::guests_per_stripe;
    CHECK(stripes_made(map, 2) == 0);
    CHECK(stripes_made(map, 20 * per_stripe) == 2); // with the places
    CHECK(map.empty());
}

TEST_CASE_TEMPLATE("a thread that gets no memory for a stripe counts on as a guest", Map, u64_map,
                   flat_u64_map) {
    const granted_in_the_end all;
    Map map(100'000);
    change(map, 2);
    unsigned refusals = 0;
    const auto said = crew(2, [&](unsigned id, findings &found) {
        if (id != 0)
            return;
        asked = {};
        refused.small_tables = true;
        change(map, 1000);
        for (std::uint64_t i = 0; i != 1000; ++i)
            map.try_emplace(i, i);
        refusals = asked.small_tables;
        found.expect(map.size() == 1000, "what guests count adds up");
        refused = {};
    });
    CHECK(said.text() == "");
    CHECK(refusals >= 2);
    CHECK(map.size() == 1000);
}
