// SPDX-License-Identifier: BSL-1.0

// Equal hashes under threads: all elements end on one path, and the table keeps its proportions.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/hashes.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace stress_collisions {

using namespace ferry::test;

namespace {

template <class Hash>
using map_with = ferry::concurrent_map<std::uint64_t, std::uint64_t, Hash>;

} // namespace

TEST_CASE_TEMPLATE("five thousand colliding keys inserted by threads at once are all there", Hash,
                   constant_hash, two_bit_hash) {
    constexpr std::uint64_t keys = 5000;
    map_with<Hash> map;
    CHECK(crew(4, [&](unsigned id, findings &found) {
              for (std::uint64_t key = id; key < keys; key += 4)
                  found.expect(map.insert(key, ~key), "a new key is inserted");
              for (std::uint64_t key = id; key < keys; key += 20)
                  found.expect(map.get(key) == ~key, "an inserted key is found");
              for (std::uint64_t key = id; key < keys; key += 40)
                  found.expect(!map.contains(keys + key), "a key never inserted is not found");
          }).text() == "");
    CHECK(map.size() == keys);
    CHECK(map.capacity() <= keys * 32);
    std::size_t seen = 0;
    map.for_each([&](const std::uint64_t &, const std::uint64_t &) { ++seen; });
    CHECK(seen == keys);
}

TEST_CASE_TEMPLATE("colliding keys fought for by threads keep their books", Hash, constant_hash,
                   two_bit_hash) {
    FERRY_SHOW_SEED();
    constexpr std::uint64_t keys = 60;
    map_with<Hash> map;
    std::vector<std::vector<int>> books(4, std::vector<int>(keys));
    CHECK(crew(4, [&](unsigned id, findings &found) {
              prng random(id);
              std::vector<int> &net = books[id];
              for (std::size_t i = 0; i < scaled(100000); ++i) {
                  const std::uint64_t key = random.below(keys);
                  if (random.once_in(2))
                      net[key] += map.insert(key, ~key);
                  else
                      net[key] -= static_cast<int>(map.erase(key));
                  let_epochs_pass(map, i);
                  const auto value = map.get(key);
                  found.expect(!value || *value == ~key, "a value belongs to its key");
              }
          }).text() == "");
    std::size_t wrong = 0;
    std::size_t total = 0;
    for (std::uint64_t key = 0; key < keys; ++key) {
        const int net = books[0][key] + books[1][key] + books[2][key] + books[3][key];
        wrong += net != (map.contains(key) ? 1 : 0);
        total += static_cast<std::size_t>(net);
    }
    CHECK(wrong == 0);
    CHECK(map.size() == total);
    CHECK(map.capacity() <= keys * 64);
}

} // namespace stress_collisions
