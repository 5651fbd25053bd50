// SPDX-License-Identifier: BSL-1.0

// The system refuses memory for a table. A map of either engine is whole afterwards.

#include "system_calls.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/detail/platform/pages.hpp>

#include "support/flat_maps.hpp"
#include "support/hashes.hpp"
#include "support/maps.hpp"

using namespace ferry::test;

namespace {

template <class Map>
constexpr std::size_t slot_bytes = 8;
template <>
constexpr std::size_t slot_bytes<flat_u64_map> = 16;

// Whether each key's value is there, and what was not inserted is not.
template <class Map>
bool holds_just(const Map &map, const std::vector<bool> &inserted) {
    std::size_t count = 0;
    for (std::size_t key = 0; key != inserted.size(); ++key) {
        const auto value = map.get(key);
        if (value.has_value() != inserted[key] || (value && *value != key * 3))
            return false;
        count += inserted[key];
    }
    return map.size() == count;
}

// The highest bits of a key choose its home.
using chosen_hash_map = ferry::concurrent_map<std::uint64_t, std::uint64_t, chosen_bijection>;
using flat_chosen_hash_map =
    ferry::concurrent_flat_map<std::uint64_t, std::uint64_t, chosen_bijection>;

// Tries to insert keys, up to so many in all.
template <class Map>
void insert_more(Map &map, std::vector<bool> &inserted, std::size_t keys) {
    for (std::size_t key = inserted.size(); key != keys; ++key) {
        inserted.push_back(false);
        try {
            inserted[key] = map.insert(key, key * 3);
        } catch (const std::bad_alloc &) {
        }
    }
}

} // namespace

TEST_CASE_TEMPLATE("whichever mapping fails, the map is whole, and the next resize succeeds", Map,
                   u64_map, flat_u64_map) {
    const granted_in_the_end all;
    constexpr std::size_t keys = 60'000; // tables of 64 KiB to 1 MiB
    unsigned mappings = 1;
    for (unsigned fails = 0; fails <= mappings; ++fails) {
        INFO("mapping ", fails, " fails");
        asked = {};
        refused.mapping = fails;
        Map map;
        std::vector<bool> inserted;
        insert_more(map, inserted, keys);
        if (fails == 0)
            mappings = asked.mappings;
        CHECK(refused.mapping == 0);
        CHECK(holds_just(map, inserted));
        CHECK(map.size() + 1 >= keys);
        map.reserve(4 * keys);
        CHECK(holds_just(map, inserted));
        CHECK(map.capacity() >= 4 * keys);
    }
    CHECK(mappings >= 4);
}

TEST_CASE_TEMPLATE("a reservation without memory for its table throws and changes nothing", Map,
                   u64_map, flat_u64_map) {
    const granted_in_the_end all;
    Map map;
    std::vector<bool> inserted;
    insert_more(map, inserted, 1000);
    const std::size_t slots = map.capacity();
    refused.mapping = 1;
    CHECK_THROWS_AS(map.reserve(100'000), std::bad_alloc);
    CHECK(refused.mapping == 0);
    CHECK(map.capacity() == slots);
    CHECK(holds_just(map, inserted));
    map.reserve(100'000);
    CHECK(map.capacity() >= 100'000);
    CHECK(holds_just(map, inserted));
}

// Of the head of a table and its last done bits, which its maker writes to.
constexpr std::size_t made_pages = 3 * ferry::detail::page_bytes;

TEST_CASE_TEMPLATE(
    "a reservation whose memory the system does not provide throws and touches no more of it", Map,
    u64_map, flat_u64_map) {
    const granted_in_the_end all;
    Map map;
    std::vector<bool> inserted;
    insert_more(map, inserted, 1000);
    while (map.migrate(64)) {
    }
    map.reclaim();
    for (const int error : {ENOMEM, EFAULT}) {
        const std::size_t slots = map.capacity();
        unsigned pieces = 0;
        for (; pieces != 1000; ++pieces) {
            INFO("after ", pieces, " pieces");
            asked = {};
            refused = {.populate = error, .populate_after = pieces};
            bool threw = false;
            try {
                map.reserve(100'000);
            } catch (const std::bad_alloc &) {
                threw = true;
            }
            refused = {};
            if (!threw)
                break;
            REQUIRE(asked.populate_calls == pieces + 1);
            CHECK(asked.mapped > 100'000 * slot_bytes<Map>);
            CHECK(asked.unmapped == asked.mapped);
            CHECK(asked.dropped_resident + asked.unmapped_memory <=
                  pieces * ferry::detail::populate_bytes + made_pages);
            REQUIRE(map.capacity() == slots);
            REQUIRE(holds_just(map, inserted));
        }
        CHECK(pieces >= 10);
        CHECK(map.capacity() >= 100'000);
        CHECK(holds_just(map, inserted));
        map.shrink_to_fit();
        map.reclaim();
    }
}

TEST_CASE_TEMPLATE(
    "a construction whose memory the system does not provide throws and gives it back", Map,
    u64_map, flat_u64_map) {
    const granted_in_the_end all;
    for (const unsigned pieces : {0u, 1u, 5u}) {
        asked = {};
        refused = {.populate = ENOMEM, .populate_after = pieces};
        CHECK_THROWS_AS(Map(100'000), std::bad_alloc);
        CHECK(asked.mapped > 100'000 * slot_bytes<Map>);
        CHECK(asked.unmapped == asked.mapped);
        CHECK(asked.dropped_resident + asked.unmapped_memory <=
              pieces * ferry::detail::populate_bytes + made_pages);
    }
}

TEST_CASE_TEMPLATE("a system that is interrupted, or busy, as it provides memory is asked again",
                   Map, u64_map, flat_u64_map) {
    const granted_in_the_end all;
    for (const int error : {EINTR, EAGAIN}) {
        asked = {};
        refused = {.populate = error, .populate_after = 2, .populate_times = 3};
        const Map map(100'000);
        const std::size_t pieces =
            (asked.mapped + ferry::detail::populate_bytes - 1) / ferry::detail::populate_bytes;
        CHECK(asked.populate_calls == pieces + 3);
    }
    // And not forever: what is missing comes when it is used.
    refused = {.populate = EAGAIN};
    Map map(100'000);
    std::vector<bool> inserted;
    insert_more(map, inserted, 1000);
    CHECK(holds_just(map, inserted));
}

TEST_CASE_TEMPLATE("a map grows by insertions where the system does not provide memory ahead", Map,
                   u64_map, flat_u64_map) {
    const granted_in_the_end all;
    refused = {.populate = ENOMEM};
    Map map;
    std::vector<bool> inserted;
    insert_more(map, inserted, 60'000);
    CHECK(map.size() == 60'000);
    CHECK(holds_just(map, inserted));
}

TEST_CASE_TEMPLATE(
    "a table at an address that no word has room for is given back, and counts as no memory", Map,
    u64_map, flat_u64_map) {
    const granted_in_the_end all;
    asked = {};
    refused.addresses = true;
    CHECK_THROWS_AS(Map(), std::bad_alloc);
    CHECK_THROWS_AS(Map(100'000), std::bad_alloc);
    CHECK(asked.tagged == 2);
    CHECK(asked.tagged_back == 2);
    refused = {};
    Map map;
    std::vector<bool> inserted;
    insert_more(map, inserted, 3);
    refused.addresses = true;
    insert_more(map, inserted, 20'000);
    CHECK_THROWS_AS(map.reserve(1000), std::bad_alloc);
    CHECK_THROWS_AS(map.reserve(100'000), std::bad_alloc);
    refused = {};
    CHECK(map.size() < 20'000);
    CHECK(holds_just(map, inserted));
    CHECK(asked.tagged > 4);
    CHECK(asked.tagged_back == asked.tagged);
    insert_more(map, inserted, 40'000);
    CHECK(map.size() > 20'000);
    CHECK(holds_just(map, inserted));
}

TEST_CASE_TEMPLATE("a map that gets no further table takes what fits, and grows when it gets one",
                   Map, u64_map, flat_u64_map) {
    const granted_in_the_end all;
    Map map;
    std::vector<bool> inserted;
    refused.mappings = true;
    insert_more(map, inserted, 20'000);
    refused.mappings = false;
    CHECK(map.capacity() * slot_bytes<Map> < ferry::detail::pages_from_bytes);
    CHECK(map.size() < 20'000);
    CHECK(map.size() > map.capacity() / 4 * 3 - 100);
    CHECK(holds_just(map, inserted));
    insert_more(map, inserted, 40'000);
    CHECK(holds_just(map, inserted));
    CHECK(map.size() > 20'000);
    CHECK(map.capacity() > 20'000);
}

TEST_CASE_TEMPLATE(
    "a migration whose next table has no room for a key waits for memory, and loses nothing", Map,
    chosen_hash_map, flat_chosen_hash_map) {
    const granted_in_the_end all;
    Map map(90'000);
    constexpr std::uint64_t spread = 40'000;
    for (std::uint64_t i = 1; i <= spread; ++i)
        map.insert(i * (~std::uint64_t{0} / (spread + 1)), i);
    REQUIRE_FALSE(map.migrating());
    // Keys of the last home, which is migrated last, fill its path in the root and in the next
    // table.
    std::uint64_t of_last_home = 0;
    const auto insert = [&] {
        map.insert(~of_last_home, of_last_home);
        ++of_last_home;
    };
    while (!map.migrating())
        insert();
    refused.mappings = true;
    const auto fill = [&] {
        while (of_last_home != 10'000)
            insert();
    };
    CHECK_THROWS_AS(fill(), std::bad_alloc);
    const auto is_whole = [&] {
        std::size_t found = 0;
        for (std::uint64_t i = 0; i != of_last_home; ++i)
            found += map.get(~i) == i;
        return found == of_last_home && !map.contains(~of_last_home) &&
               map.size() == spread + of_last_home;
    };
    for (int i = 0; i != 1000; ++i)
        map.migrate(64);
    CHECK(map.migrating());
    CHECK(is_whole());
    refused.mappings = false;
    finish_migrations(map);
    CHECK_FALSE(map.migrating());
    CHECK(is_whole());
    insert();
    CHECK(is_whole());
}
