// SPDX-License-Identifier: BSL-1.0

// What the system may refuse: memory for a table, a barrier, random numbers. The map is whole
// afterwards.

#include "system_calls.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <new>
#include <set>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/detail/platform/pages.hpp>

#include "support/maps.hpp"

using namespace ferry::test;

namespace {

// What is refused in a test is granted after it, however it ends.
struct granted_in_the_end {
    ~granted_in_the_end() { refused = {}; }
};

// Whether each key's value is there, and what was not inserted is not.
bool holds_just(const u64_map &map, const std::vector<bool> &inserted) {
    std::size_t count = 0;
    for (std::size_t key = 0; key != inserted.size(); ++key) {
        const auto value = map.get(key);
        if (value.has_value() != inserted[key] || (value && *value != key * 3))
            return false;
        count += inserted[key];
    }
    return map.size() == count;
}

// Tries to insert keys, up to so many in all.
void insert_more(u64_map &map, std::vector<bool> &inserted, std::size_t keys) {
    for (std::size_t key = inserted.size(); key != keys; ++key) {
        inserted.push_back(false);
        try {
            inserted[key] = map.insert(key, key * 3);
        } catch (const std::bad_alloc &) {
        }
    }
}

} // namespace

TEST_CASE("whichever mapping fails, the map is whole, and the next resize succeeds") {
    const granted_in_the_end all;
    constexpr std::size_t keys = 60'000; // tables of 64 KiB to 1 MiB
    unsigned mappings = 1;
    for (unsigned fails = 0; fails <= mappings; ++fails) {
        INFO("mapping ", fails, " fails");
        asked = {};
        refused.mapping = fails;
        u64_map map;
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

TEST_CASE("a reservation without memory for its table throws and changes nothing") {
    const granted_in_the_end all;
    u64_map map;
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

TEST_CASE(
    "a reservation whose memory the system does not provide throws and touches no more of it") {
    const granted_in_the_end all;
    u64_map map;
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
            CHECK(asked.mapped > 100'000 * 8);
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

TEST_CASE("a construction whose memory the system does not provide throws and gives it back") {
    const granted_in_the_end all;
    for (const unsigned pieces : {0u, 1u, 5u}) {
        asked = {};
        refused = {.populate = ENOMEM, .populate_after = pieces};
        CHECK_THROWS_AS(u64_map(100'000), std::bad_alloc);
        CHECK(asked.mapped > 100'000 * 8);
        CHECK(asked.unmapped == asked.mapped);
        CHECK(asked.dropped_resident + asked.unmapped_memory <=
              pieces * ferry::detail::populate_bytes + made_pages);
    }
}

TEST_CASE("a system that is interrupted, or busy, as it provides memory is asked again") {
    const granted_in_the_end all;
    for (const int error : {EINTR, EAGAIN}) {
        asked = {};
        refused = {.populate = error, .populate_after = 2, .populate_times = 3};
        const u64_map map(100'000);
        const std::size_t pieces =
            (asked.mapped + ferry::detail::populate_bytes - 1) / ferry::detail::populate_bytes;
        CHECK(asked.populate_calls == pieces + 3);
    }
    // And not forever: what is missing comes when it is used.
    refused = {.populate = EAGAIN};
    u64_map map(100'000);
    std::vector<bool> inserted;
    insert_more(map, inserted, 1000);
    CHECK(holds_just(map, inserted));
}

TEST_CASE("a map grows by insertions where the system does not provide memory ahead") {
    const granted_in_the_end all;
    refused = {.populate = ENOMEM};
    u64_map map;
    std::vector<bool> inserted;
    insert_more(map, inserted, 60'000);
    CHECK(map.size() == 60'000);
    CHECK(holds_just(map, inserted));
}

TEST_CASE(
    "a table at an address that no word has room for is given back, and counts as no memory") {
    const granted_in_the_end all;
    asked = {};
    refused.addresses = true;
    CHECK_THROWS_AS(u64_map(), std::bad_alloc);
    CHECK_THROWS_AS(u64_map(100'000), std::bad_alloc);
    CHECK(asked.tagged == 2);
    CHECK(asked.tagged_back == 2);
    refused = {};
    u64_map map;
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

TEST_CASE("a map that gets no further table takes what fits, and grows when it gets one") {
    const granted_in_the_end all;
    u64_map map;
    std::vector<bool> inserted;
    refused.mappings = true;
    insert_more(map, inserted, 20'000);
    refused.mappings = false;
    CHECK(map.size() < 20'000);
    CHECK(map.size() > 3'000);
    CHECK(holds_just(map, inserted));
    insert_more(map, inserted, 40'000);
    CHECK(holds_just(map, inserted));
    CHECK(map.size() > 20'000);
    CHECK(map.capacity() > 20'000);
}

TEST_CASE("each hash draws once, and its copies never") {
    asked = {};
    const ferry::hash<std::uint64_t> hash;
    CHECK(asked.random_numbers == 1);
    const ferry::concurrent_map<std::uint64_t, int> map(ferry::options{}, hash);
    CHECK(map.hash_function()(7) == hash(7));
    CHECK(asked.random_numbers == 1);
    const ferry::hash<std::uint64_t> seeded(1);
    CHECK(asked.random_numbers == 1);
}

TEST_CASE("without random numbers of the system each hash has a secret of its own nevertheless") {
    const granted_in_the_end all;
    for (const bool any : {true, false}) {
        refused.entropy = true;
        refused.random = !any;
        std::set<std::uint64_t> words;
        for (int i = 0; i < 1000; ++i) {
            const ferry::detail::key_material key = ferry::detail::random_key();
            words.insert(key.words, key.words + 4);
        }
        CHECK(words.size() == 4 * 1000);
    }
}

TEST_CASE("where the system has no barrier the pins do without, and all is reclaimed") {
    const granted_in_the_end all;
    refused.barriers = true;
    asked = {};
    ferry::epoch_domain domain;
    u64_map map(ferry::options{.domain = &domain});
    for (std::uint64_t i = 0; i != 20'000; ++i)
        map.insert_or_assign(i % 100, i);
    CHECK(domain.symmetric());
    CHECK(map.stats().epoch > 2);
    map.reclaim();
    CHECK(map.stats().retired_objects == 0);
    CHECK_FALSE(map.stats().barrier_refused);
    CHECK(map.size() == 100);
    CHECK(asked.barriers == 0);
}

TEST_CASE("a barrier that is refused later stops reclamation, and nothing else, until it is made") {
    const granted_in_the_end all;
    ferry::epoch_domain domain;
    u64_map map(ferry::options{.domain = &domain});
    map.insert(0, 0);
    if (domain.symmetric())
        return; // So is this build, or this system.
    asked = {};
    map.reclaim();
    REQUIRE(asked.barriers != 0);
    refused.barriers = true;
    const std::uint64_t epoch = map.stats().epoch;
    for (std::uint64_t i = 0; i != 20'000; ++i)
        map.insert_or_assign(i % 100, i);
    map.reclaim();
    refused.barriers = false;
    CHECK(map.stats().barrier_refused);
    CHECK(map.stats().epoch == epoch);
    CHECK(map.stats().retired_objects > 10'000);
    for (std::uint64_t key = 0; key != 100; ++key)
        CHECK(map.get(key) == 19'900 + key);
    map.reclaim();
    CHECK(map.stats().epoch > epoch);
    CHECK(map.stats().retired_objects == 0);
}
