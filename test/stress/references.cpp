// SPDX-License-Identifier: BSL-1.0

// A reference held across many growths stays valid: same address, same value, as long as its
// guard, whatever becomes of the element meanwhile. And growth under readers.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/crew.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace stress_references {

using namespace ferry::test;

namespace {

using object_map = ferry::concurrent_map<counted_key, counted_value, counted_hash>;

// From next on, makes the table at least `times` times as large as now; returns the next number.
std::uint64_t enlarge(object_map &map, std::size_t times, std::uint64_t next) {
    const std::size_t goal = map.capacity() * times;
    while (map.capacity() < goal) {
        map.try_emplace(counted_key(next), next);
        ++next;
    }
    return next;
}

} // namespace

TEST_CASE("a reference held across ten doublings stays valid") {
    {
        object_map map(ferry::options{.capacity = 8});
        const auto capacity_before = map.capacity();
        for (std::uint64_t i = 0; i < 6; ++i)
            map.try_emplace(counted_key(i), i);
        const auto guard = map.pin();
        const auto at = [&](std::uint64_t number) { return map.find(counted_key(number), guard); };
        const counted_value *const kept = at(0);
        const counted_value *const replaced = at(1);
        const counted_value *const erased = at(2);
        const counted_value *const revived = at(3);
        const counted_value *const swept = at(4);
        const auto handle = map.find(counted_key(5));

        std::thread([&] {
            std::uint64_t next = enlarge(map, 4, 100);
            map.insert_or_assign(counted_key(1), counted_value(1001));
            map.erase(counted_key(2));
            map.erase(counted_key(3));
            map.try_emplace(counted_key(3), 1003u);
            map.erase(counted_key(5));
            next = enlarge(map, 8, next);
            map.erase(counted_key(4));
            enlarge(map, 64, next);
            for (int i = 0; i < 20; ++i)
                map.reclaim();
        }).join();
        REQUIRE(map.capacity() >= 1024 * capacity_before);
        REQUIRE(map.stats().grown >= 5);

        CHECK(at(0) == kept);
        CHECK(&*map.find(counted_key(0)) == kept);
        const counted_value *const all[] = {kept, replaced, erased, revived, swept, &*handle};
        std::uint64_t number = 0;
        for (const counted_value *const value : all) {
            CHECK(value->intact());
            CHECK(value->number() == number);
            ++number;
        }
        CHECK(at(1) != replaced);
        CHECK(at(1)->number() == 1001);
        CHECK(at(2) == nullptr);
        CHECK(at(3) != revived);
        CHECK(at(3)->number() == 1003);
        CHECK(at(4) == nullptr);
        CHECK(handle.key().intact());
        CHECK(handle.key() == counted_key(5));
    }
    CHECK(counted_key::alive() == 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("references to keys stay valid through sweeps that drop their nodes") {
    {
        object_map map;
        for (std::uint64_t i = 0; i < 50; ++i)
            map.try_emplace(counted_key(i), i);
        const auto guard = map.pin();
        std::vector<const counted_key *> keys;
        for (auto &&[key, value] : map.items(guard))
            keys.push_back(&key);
        REQUIRE(keys.size() == 50);
        std::thread([&] {
            for (std::uint64_t i = 0; i < 50; ++i)
                map.erase(counted_key(i));
            for (std::uint64_t i = 100; i < 20000; ++i) {
                map.try_emplace(counted_key(i), i);
                map.erase(counted_key(i));
            }
            map.shrink_to_fit();
            for (int i = 0; i < 20; ++i)
                map.reclaim();
        }).join();
        REQUIRE(map.stats().swept + map.stats().shrunk >= 3);
        std::size_t damaged = 0;
        for (const counted_key *const key : keys)
            damaged += !key->intact() || key->number() >= 50;
        CHECK(damaged == 0);
    }
    CHECK(counted_key::alive() == 0);
    CHECK(counted_key::damaged() == 0);
}

TEST_CASE("growth under readers: whatever they hold stays whole") {
    FERRY_SHOW_SEED();
    constexpr std::uint64_t keys = 3000;
    {
        object_map map(ferry::options{.capacity = 1});
        std::atomic<int> writing{2};
        CHECK(crew(5, [&](unsigned id, findings &found) {
                  prng random(id);
                  if (id < 2) {
                      for (std::size_t round = 0; round < scaled(20, 3); ++round) {
                          for (std::uint64_t i = 0; i < keys; ++i) {
                              const counted_key key(i * 2 + id);
                              if (!map.try_emplace(key, i))
                                  map.insert_or_assign(key, counted_value(i));
                          }
                          for (std::uint64_t i = 0; i < keys; ++i)
                              map.erase(counted_key(i * 2 + id));
                      }
                      --writing;
                      return;
                  }
                  while (writing > 0) {
                      const auto guard = map.pin();
                      std::vector<const counted_value *> held;
                      for (int i = 0; i < 30; ++i) {
                          const counted_key key(random.below(keys * 2));
                          if (const auto *const value = map.find(key, guard))
                              held.push_back(value);
                      }
                      std::this_thread::yield();
                      for (const counted_value *const value : held)
                          found.expect(value->intact(), "a value held under a guard is whole");
                  }
              }).text() == "");
        CHECK(map.stats().grown >= 3);
        CHECK(map.empty());
    }
    CHECK(counted_key::alive() == 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("handles passed through containers keep what they refer to") {
    FERRY_SHOW_SEED();
    {
        object_map map;
        CHECK(crew(4, [&](unsigned id, findings &found) {
                  prng random(id);
                  std::vector<std::optional<object_map::handle>> held(16);
                  for (std::size_t i = 0; i < scaled(60000); ++i) {
                      const counted_key key(random.below(100));
                      auto &place = held[random.below(16)];
                      switch (random.below(4)) {
                      case 0:
                          place.emplace(map.find(key));
                          break;
                      case 1:
                          place.emplace(map.extract(key));
                          break;
                      case 2:
                          place.emplace(map.get_or_emplace(key, key.number()).first);
                          break;
                      default:
                          place.reset();
                          break;
                      }
                      for (const auto &one : held) {
                          if (one && *one)
                              found.expect((*one)->intact() && one->key().intact() &&
                                               (*one)->number() == one->key().number(),
                                           "what a handle holds is whole");
                      }
                      let_epochs_pass(map, i);
                      if (i % 1000 == 0)
                          held = std::vector<std::optional<object_map::handle>>(16);
                  }
              }).text() == "");
    }
    CHECK(counted_key::alive() == 0);
    CHECK(counted_value::alive() == 0);
}

} // namespace stress_references
