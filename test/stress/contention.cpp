// SPDX-License-Identifier: BSL-1.0

// Threads that want the same key at the same time: sums are exact, of each race one wins.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <barrier>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/flat_maps.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace stress_contention {

using namespace ferry::test;

namespace {

constexpr unsigned threads = 8;
constexpr std::uint64_t counters = 8;

// Every thread counts each of the keys up so often by `increment(map, key)`.
template <class Map, class Increment>
void count_up(Increment &&increment) {
    FERRY_SHOW_SEED();
    const std::size_t times = scaled(25000);
    Map map;
    CHECK(crew(threads, [&](unsigned id, findings &found) {
              prng random(id);
              std::vector<std::size_t> left(counters, times / counters);
              for (std::size_t i = 0; i < times / counters * counters; ++i) {
                  std::uint64_t key = random.below(counters);
                  while (left[key] == 0)
                      key = (key + 1) % counters;
                  --left[key];
                  found.expect(increment(map, key), "the counter was there or was inserted");
              }
          }).text() == "");
    CHECK(map.size() == counters);
    for (std::uint64_t key = 0; key < counters; ++key)
        CHECK(map.get(key) == threads * (times / counters));
}

const auto plus_one = [](const std::uint64_t &n) { return n + 1; };

} // namespace

TEST_CASE_TEMPLATE("no increment by compute is lost or doubled", Map, u64_map, flat_u64_map) {
    count_up<Map>([](Map &map, std::uint64_t key) {
        map.compute(key, [](const std::uint64_t *n) { return n != nullptr ? *n + 1 : 1; });
        return true;
    });
}

TEST_CASE_TEMPLATE("no increment by upsert is lost or doubled", Map, u64_map, flat_u64_map) {
    count_up<Map>([](Map &map, std::uint64_t key) {
        map.upsert(key, plus_one, 1u);
        return true;
    });
}

TEST_CASE_TEMPLATE("no increment by update is lost or doubled", Map, u64_map, flat_u64_map) {
    count_up<Map>([](Map &map, std::uint64_t key) {
        map.try_emplace(key, 0u);
        return map.update(key, plus_one);
    });
}

TEST_CASE_TEMPLATE("no increment by compare_exchange is lost or doubled", Map, u64_map,
                   flat_u64_map) {
    count_up<Map>([](Map &map, std::uint64_t key) {
        map.try_emplace(key, 0u);
        for (;;) {
            const auto seen = map.get(key);
            if (!seen)
                return false;
            if (map.compare_exchange(key, *seen, *seen + 1))
                return true;
        }
    });
}

TEST_CASE_TEMPLATE("no increment is lost while others make the table grow and sweep", Map, u64_map,
                   flat_u64_map) {
    FERRY_SHOW_SEED();
    const std::size_t times = scaled(25000);
    Map map;
    CHECK(crew(4, [&](unsigned id, findings &) {
              for (std::size_t i = 0; i < times; ++i) {
                  map.upsert(i % counters, plus_one, 1u);
                  const std::uint64_t own = std::uint64_t{id + 1} << 40 | i;
                  map.insert(own, i);
                  if (i % 8 != 0)
                      map.erase(own);
              }
          }).text() == "");
    std::uint64_t sum = 0;
    for (std::uint64_t key = 0; key < counters; ++key)
        sum += map.get(key).value_or(0);
    CHECK(sum == 4 * times);
    CHECK(map.stats().migrations > 0);
}

TEST_CASE_TEMPLATE("of inserts and erases of one key at once exactly one wins", Map, u64_map,
                   flat_u64_map) {
    constexpr std::uint64_t keys_a_round = 64;
    const std::size_t rounds = scaled(100, 20);
    Map map;
    std::barrier together(threads);
    std::vector<std::vector<int>> inserted(threads, std::vector<int>(rounds * keys_a_round));
    auto erased = inserted;
    CHECK(crew(threads, [&](unsigned id, findings &found) {
              for (std::size_t round = 0; round < rounds; ++round) {
                  together.arrive_and_wait();
                  for (std::uint64_t i = 0; i < keys_a_round; ++i)
                      inserted[id][round * keys_a_round + i] += map.insert(i, id);
                  together.arrive_and_wait();
                  for (std::uint64_t i = 0; i < keys_a_round; ++i)
                      found.expect(map.contains(i), "a key inserted by somebody is there");
                  together.arrive_and_wait();
                  for (std::uint64_t i = 0; i < keys_a_round; ++i)
                      erased[id][round * keys_a_round + i] += static_cast<int>(map.erase(i));
                  together.arrive_and_wait();
                  for (std::uint64_t i = 0; i < keys_a_round; ++i)
                      found.expect(!map.contains(i), "a key erased by somebody is gone");
              }
          }).text() == "");
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < rounds * keys_a_round; ++i) {
        int winners_in = 0;
        int winners_out = 0;
        for (unsigned id = 0; id < threads; ++id) {
            winners_in += inserted[id][i];
            winners_out += erased[id][i];
        }
        wrong += winners_in != 1 || winners_out != 1;
    }
    CHECK(wrong == 0);
    CHECK(map.empty());
}

TEST_CASE("all who race to emplace a key get the winner's value") {
    const std::size_t keys = scaled(50000);
    ferry::concurrent_map<std::uint64_t, std::unique_ptr<unsigned>> map;
    std::vector<std::vector<const unsigned *>> got(4, std::vector<const unsigned *>(keys));
    std::vector<std::size_t> won(4);
    CHECK(crew(4, [&](unsigned id, findings &found) {
              for (std::uint64_t key = 0; key < keys; ++key) {
                  const auto [handle, inserted] =
                      map.get_or_emplace_with(key, [&] { return std::make_unique<unsigned>(id); });
                  got[id][key] = handle->get();
                  found.expect(!inserted || **handle == id, "who inserts gets its own value");
                  won[id] += inserted;
              }
          }).text() == "");
    CHECK(won[0] + won[1] + won[2] + won[3] == keys);
    std::size_t wrong = 0;
    for (std::size_t key = 0; key < keys; ++key) {
        for (unsigned id = 1; id < 4; ++id)
            wrong += got[id][key] != got[0][key];
    }
    CHECK(wrong == 0);
}

} // namespace stress_contention
