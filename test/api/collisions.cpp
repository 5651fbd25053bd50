// SPDX-License-Identifier: BSL-1.0

// Hashes that collide: slower, never wrong, and no reason for an ever larger table.

#include <cstdint>
#include <optional>
#include <unordered_map>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/hashes.hpp"
#include "support/random.hpp"

namespace api_collisions {

using namespace ferry::test;

namespace {

template <class Hash>
using map_with = ferry::concurrent_map<std::uint64_t, std::uint64_t, Hash>;

} // namespace

TEST_CASE_TEMPLATE("colliding keys come and go like any others", Hash, constant_hash, two_bit_hash,
                   last_bucket_hash) {
    FERRY_SHOW_SEED();
    prng random(1);
    map_with<Hash> map;
    std::unordered_map<std::uint64_t, std::uint64_t> oracle;
    int wrong = 0;
    for (int i = 0; i < 20000; ++i) {
        const std::uint64_t key = random.below(150);
        const std::uint64_t value = random.next();
        switch (random.below(4)) {
        case 0:
            wrong += map.insert(key, value) != oracle.emplace(key, value).second;
            break;
        case 1:
            wrong += map.insert_or_assign(key, value) != oracle.insert_or_assign(key, value).second;
            break;
        case 2:
            wrong += map.erase(key) != oracle.erase(key);
            break;
        default:
            const auto found = oracle.find(key);
            wrong += map.get(key) !=
                     (found != oracle.end() ? std::optional(found->second) : std::nullopt);
        }
    }
    CHECK(wrong == 0);
    CHECK(map.size() == oracle.size());
    map.for_each([&](const std::uint64_t &key, const std::uint64_t &value) {
        const auto found = oracle.find(key);
        REQUIRE(found != oracle.end());
        CHECK(found->second == value);
    });
    CHECK(map.capacity() <= 150 * 32);
}

TEST_CASE("a thousand equal hashes, each there, none doubled") {
    map_with<constant_hash> map;
    for (std::uint64_t i = 0; i < 1000; ++i)
        REQUIRE(map.insert(i, i));
    int wrong = 0;
    for (std::uint64_t i = 0; i < 1000; ++i)
        wrong += map.get(i) != i;
    wrong += map.contains(1000);
    CHECK(wrong == 0);
    int seen = 0;
    map.for_each([&](const std::uint64_t &, const std::uint64_t &) { ++seen; });
    CHECK(seen == 1000);
    CHECK(map.capacity() <= 1000 * 32);
}

} // namespace api_collisions
