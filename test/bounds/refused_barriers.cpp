// SPDX-License-Identifier: BSL-1.0

// The system refuses barriers or random numbers. Maps of either engine do without.

#include "system_calls.hpp"

#include <cstddef>
#include <cstdint>
#include <set>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/flat_maps.hpp"
#include "support/maps.hpp"

using namespace ferry::test;

namespace {

// Assigns to a hundred keys, and moves them to a larger table and back now and then: values and
// tables are retired, or tables alone. Key k ends with the value 19'900 + k.
template <class Map>
void churn(Map &map) {
    for (std::uint64_t i = 0; i != 20'000; ++i) {
        map.insert_or_assign(i % 100, i);
        if (i % 20 == 0) {
            map.reserve(1000);
            map.shrink_to_fit();
        }
    }
}

// Of what churn() retires.
template <class Map>
constexpr std::size_t least_retired = 10'000;
template <>
constexpr std::size_t least_retired<flat_u64_map> = 1'900;

} // namespace

TEST_CASE_TEMPLATE("each hash draws once, and its copies never", Map, u64_map, flat_u64_map) {
    asked = {};
    const ferry::hash<std::uint64_t> hash;
    CHECK(asked.random_numbers == 1);
    const Map map(ferry::options{}, hash);
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

TEST_CASE_TEMPLATE("where the system has no barrier the pins do without, and all is reclaimed", Map,
                   u64_map, flat_u64_map) {
    const granted_in_the_end all;
    refused.barriers = true;
    asked = {};
    ferry::epoch_domain domain;
    Map map(ferry::options{.domain = &domain});
    churn(map);
    CHECK(domain.symmetric());
    CHECK(map.stats().epoch > 2);
    map.reclaim();
    CHECK(map.stats().retired_objects == 0);
    CHECK_FALSE(map.stats().barrier_refused);
    CHECK(map.size() == 100);
    CHECK(asked.barriers == 0);
}

TEST_CASE_TEMPLATE(
    "a barrier that is refused later stops reclamation, and nothing else, until it is made", Map,
    u64_map, flat_u64_map) {
    const granted_in_the_end all;
    ferry::epoch_domain domain;
    Map map(ferry::options{.domain = &domain});
    map.insert(0, 0);
    if (domain.symmetric())
        return; // So is this build, or this system.
    asked = {};
    map.reclaim();
    REQUIRE(asked.barriers != 0);
    refused.barriers = true;
    const std::uint64_t epoch = map.stats().epoch;
    churn(map);
    map.reclaim();
    refused.barriers = false;
    CHECK(map.stats().barrier_refused);
    CHECK(map.stats().epoch == epoch);
    CHECK(map.stats().retired_objects > least_retired<Map>);
    for (std::uint64_t key = 0; key != 100; ++key)
        CHECK(map.get(key) == 19'900 + key);
    map.reclaim();
    CHECK(map.stats().epoch > epoch);
    CHECK(map.stats().retired_objects == 0);
}
