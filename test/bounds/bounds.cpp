// SPDX-License-Identifier: BSL-1.0

// No operation does more than src/README.md says under "Bounds", however large the map is and
// whatever happens to it: buckets that are migrated, objects that are freed, memory that comes and
// goes, counted at each operation of maps that grow, are swept, and shrink.

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>

#include "costs.hpp"
#include "support/unpaced.hpp"

using namespace ferry::test;

namespace {

// For all tests of this program.
const unpaced no_pauses;

// What one thread that erases as it iterates retires in the epochs that it waits for, and in about
// as many in which it is freed: an epoch ends with the refresh after the turn that is due, up to 64
// homes of keys later.
constexpr std::size_t most_that_waits =
    10 * (tuning::turns_per_advance + tuning::homes_per_refresh * tuning::bucket_slots);

// Inserts, replaces and erases so many keys of its own, one after the other, and then others again
// and again. The most that any of it cost.
template <class Map, class AfterEach>
cost work(Map &map, std::uint64_t first, std::size_t keys, AfterEach &&after_each) {
    cost seen;
    const auto count = [&](auto &&operation) {
        seen.raise_to(cost_of(operation));
        after_each();
    };
    for (std::uint64_t i = 0; i != keys; ++i) {
        count([&] { map.try_emplace(first + i, i); });
        if (i % 3 == 0)
            count([&] { map.insert_or_assign(first + i / 2, i); });
        if (i % 5 == 0)
            count([&] { map.contains(first + i * 7 % keys); });
    }
    for (std::uint64_t i = 0; i != keys; ++i)
        count([&] { map.erase(first + i); });
    // Fresh keys, few at a time: swept and shrunk.
    for (std::uint64_t i = 0; i != keys; ++i) {
        count([&] { map.try_emplace(first + keys + i, i); });
        count([&] { map.erase(first + keys + i - std::min<std::uint64_t>(i, 100)); });
    }
    return seen;
}

} // namespace

TEST_CASE_TEMPLATE(
    "no operation of one thread does more than its share, through growth, sweep and shrinking",
    Engine, nodes, cells) {
    for (const bool small : {false, true}) {
        const std::size_t keys = small ? 6'000 : scaled(200'000, 60'000);
        // A look at the whole map costs too much to be made after each operation of a large one.
        const std::size_t period = small ? 1 : 64;
        Engine engine(keys * 256);
        auto map = engine.make();
        map.contains(0); // makes the thread's record
        findings found;
        std::size_t operations = 0;
        std::size_t most_migrated = 0;
        auto before = map.stats();
        const cost seen = work(map, 0, keys, [&] {
            ++operations;
            if (operations % period > 1)
                return;
            const auto now = map.stats();
            if (operations % period == 1 % period && now.migrations == before.migrations) {
                const std::size_t migrated = now.buckets_migrated - before.buckets_migrated;
                const std::size_t tables = chain_length(map);
                found.expect(migrated <= Engine::unit << (tables > 2 ? tables - 2 : 0),
                             "an operation migrates one unit at most, or twice as many for each "
                             "table beyond the next one");
                most_migrated = std::max(most_migrated, migrated);
            }
            before = now;
        });
        check_limits(found, seen, Engine::most(false));
        CHECK(found.text() == "");
        CHECK(most_migrated >= Engine::unit);
        CHECK(seen.asked >= Engine::least_asked);
        const auto stats = map.stats();
        CHECK(stats.grown >= (small ? Engine::growths_to_6000_keys : 5));
        CHECK(stats.shrunk >= 3);
        CHECK(stats.swept >= 3);
    }
}

TEST_CASE_TEMPLATE("no operation of several threads does more than its share", Engine, nodes,
                   cells) {
    const std::size_t keys = scaled(100'000, 20'000);
    constexpr unsigned threads = 3;
    Engine engine(threads * keys * 512);
    auto map = engine.make();
    CHECK(crew(threads, [&](unsigned id, findings &found) {
              // Makes the thread's record and its stripe. Guests of a stripe count their turns
              // together, so that any of them may have to free a few.
              for (unsigned i = 0; i != (threads + 1) * tuning::guests_per_stripe; ++i) {
                  map.try_emplace(id, i);
                  map.erase(id);
              }
              check_limits(found, work(map, std::uint64_t{id} << 32, keys, [] {}),
                           Engine::most(false));
          }).text() == "");
    CHECK(map.stats().grown >= 4);
}

TEST_CASE("clear and erase_if free as they go, two for each that they retire") {
    // In a small map they are done before much can be freed.
    constexpr std::size_t keys = 100'000;
    nodes engine(keys * 256);
    auto map = engine.make();
    for (std::uint64_t i = 0; i != keys; ++i)
        map.try_emplace(i, i);
    for (std::uint64_t i = 0; i != keys; ++i)
        map.insert_or_assign(i, i + 1); // now each has a box that is retired with it
    std::size_t erased = 0;
    std::size_t freed_before = 0;
    std::size_t most_at_once = 0;
    std::size_t most_waiting = 0;
    allocated = {};
    map.erase_if([&](const std::uint64_t &, const std::uint64_t &) {
        most_at_once = std::max<std::size_t>(most_at_once, allocated.freed - freed_before);
        freed_before = allocated.freed;
        if (++erased % 64 == 0)
            most_waiting = std::max(most_waiting, map.stats().retired_objects);
        return true;
    });
    CHECK(erased == keys);
    CHECK(most_at_once <= nodes::most_freed);
    // The pin is refreshed on the way: what waits is what a few epochs retire.
    CHECK(allocated.freed > keys / 4);
    CHECK(most_waiting <= most_that_waits);

    for (std::uint64_t i = 0; i != keys; ++i)
        map.insert_or_assign(i, i);
    for (std::uint64_t i = 0; i != keys; ++i)
        map.insert_or_assign(i, i + 1);
    map.clear();
    CHECK(map.empty());
    CHECK(map.stats().retired_objects <= most_that_waits);
}

TEST_CASE_TEMPLATE(
    "a table is never zeroed or touched as a whole, however large, and no page is read first",
    Engine, nodes, cells) {
    if (!faults_are_counted())
        return;
    constexpr std::size_t keys = 380'000; // so many that the last growth has ended
    Engine engine(keys * 64);
    auto map = engine.make();
    const std::size_t before = faults_so_far();
    std::size_t pages = 0; // of all tables so far
    std::size_t growths = ~std::size_t{0};
    std::size_t most_at_once = 0;
    std::size_t most_while_small = 0;
    for (std::uint64_t i = 0; i != keys; ++i) {
        const bool small = i < keys / 16;
        const std::size_t start = faults_so_far();
        map.try_emplace(i, i);
        auto &most_of_these = small ? most_while_small : most_at_once;
        most_of_these = std::max(most_of_these, faults_so_far() - start);
        if (const auto now = map.stats(); now.grown != growths) {
            growths = now.grown;
            pages += now.table_bytes / tuning::page_bytes + 1;
        }
    }
    const std::size_t faults = faults_so_far() - before;
    CHECK(map.stats().grown >= 6);
    CHECK_FALSE(map.migrating());
    INFO("faults: ", faults, ", pages of tables: ", pages, ", most at once: ", most_at_once);
    // Of a page that is read first there are two. The memory of small tables is the heap's.
    CHECK(faults <= pages + pages / 8 + 64);
    CHECK(faults >= pages - pages / 8 - 64);
    CHECK(most_while_small <= Engine::most(false).pages);
    CHECK(most_at_once <= Engine::most(true).pages);
}

TEST_CASE_TEMPLATE("the first table and a reserved one are provided before keys go there", Engine,
                   nodes, cells) {
    const std::size_t keys = scaled(400'000, 100'000);
    Engine engine(keys * 64);
    for (const auto &[later, one_by_one] : {std::pair(false, false), std::pair(false, true),
                                            std::pair(true, false), std::pair(true, true)}) {
        asked = {};
        refused.populate = one_by_one ? EINVAL : 0; // as by a system that does not know it
        auto map = engine.make({.capacity = later ? 0 : keys});
        map.try_emplace(~std::uint64_t{0}, 1u);
        if (later)
            map.reserve(keys);
        refused = {};
        CHECK(asked.populated >= map.capacity() * Engine::slot_bytes);
        // No operation is left to provide any of it.
        cost seen;
        const std::size_t before = faults_so_far();
        for (std::uint64_t i = 0; i != keys / 4; ++i)
            seen.raise_to(cost_of([&] { map.try_emplace(i, i); }));
        const std::size_t faults = faults_so_far() - before;
        CHECK(seen.asked == 0);
        // Code that runs for the first time is a fault, too.
        if (faults_are_counted())
            CHECK(faults <= map.capacity() * Engine::slot_bytes / tuning::page_bytes / 16);
        findings found;
        check_limits(found, seen, Engine::most(true));
        CHECK(found.text() == "");
    }
}

TEST_CASE_TEMPLATE(
    "an old table goes back while the map is written to, piece by piece, and by reclaim()", Engine,
    nodes, cells) {
    const std::size_t keys = scaled(200'000, 100'000);
    Engine engine(keys * 128);
    auto map = engine.make();
    std::uint64_t next = 0;
    while (map.stats().grown < 7)
        map.try_emplace(next, next), ++next;
    // The values that are replaced wait for their own grace period, but are small.
    const auto small = [&map] { return map.stats().retired_bytes < tuning::pages_from_bytes; };
    CHECK(!small());
    std::size_t turns = 0;
    for (; !small() && turns != 100'000; ++turns)
        map.insert_or_assign(0, turns);
    const std::size_t pieces = map.stats().table_bytes / tuning::release_bytes + 1;
    CHECK(turns <= 8 * tuning::turns_per_advance + 2 * tuning::looks_per_piece * pieces);

    while (!map.migrating())
        map.try_emplace(next, next), ++next;
    while (map.migrate(1)) {
    }
    CHECK(!small());
    asked = {};
    map.reclaim();
    CHECK(map.stats().retired_bytes == 0);
    CHECK(asked.dropped + asked.unmapped_memory > tuning::pages_from_bytes);
    CHECK(asked.largest_unmapped <= tuning::release_stretch);
}

TEST_CASE_TEMPLATE(
    "a table of more than a stretch of addresses goes back in pieces, memory and addresses", Engine,
    nodes, cells) {
    constexpr std::size_t many = 20'000'000 / Engine::slot_bytes; // a table of 32 MiB
    Engine engine(std::size_t{64} << 20);
    auto map = engine.make();
    map.try_emplace(0, 0u);
    map.reserve(many);
    const std::size_t bytes = map.stats().table_bytes;
    CHECK(bytes >= 4 * tuning::release_stretch);
    map.shrink_to_fit();
    CHECK(map.stats().retired_bytes >= bytes);
    findings found;
    cost seen;
    std::size_t unmapped = 0;
    std::size_t turns = 0;
    for (; map.stats().retired_bytes >= tuning::pages_from_bytes && turns != 100'000; ++turns) {
        seen.raise_to(cost_of([&] { map.insert_or_assign(0, turns); }));
        unmapped += asked.unmapped;
    }
    check_limits(found, seen, Engine::most(true));
    CHECK(found.text() == "");
    CHECK(unmapped >= bytes);
    CHECK(turns < 100'000);
}
