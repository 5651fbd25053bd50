// SPDX-License-Identifier: BSL-1.0

// Threads that come, do a few operations and go, ten thousand of them; and many at once.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include <malloc.h>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/crew.hpp"
#include "support/flat_maps.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace stress_thread_churn {

using namespace ferry::test;

namespace {

// What the maps hold: objects that are watched, in nodes, or words in cells.
struct objects {
    using map = ferry::concurrent_map<std::uint64_t, counted_value>;
    static counted_value value(std::uint64_t number) { return counted_value(number); }
    static bool intact(const counted_value &value) { return value.intact(); }
    // Whether so many values are there, and none was destroyed twice.
    static bool are_left(std::size_t count) {
        return counted_value::alive() == static_cast<std::int64_t>(count) &&
               counted_value::damaged() == 0;
    }
};

struct words {
    using map = flat_u64_map;
    static std::uint64_t value(std::uint64_t number) { return ~number << 32 | number; }
    static bool intact(std::uint64_t value) { return value == words::value(value & 0xffffffff); }
    static bool are_left(std::size_t) { return true; }
};

template <class Kind>
void short_life(typename Kind::map &map, std::uint64_t number, findings &found) {
    const std::uint64_t key = number % 50;
    map.insert_or_assign(key, Kind::value(number));
    if (const auto handle = map.find((number + 1) % 50))
        found.expect(Kind::intact(*handle), "a value found is alive");
    if (number % 3 == 0)
        map.erase(key);
    found.expect(map.pin().refresh(), "a new thread holds no pin");
}

// `count` threads, a few at a time.
template <class Kind>
void lives(typename Kind::map &map, std::size_t count, findings &found) {
    constexpr std::size_t at_once = 4;
    for (std::size_t first = 0; first < count; first += at_once) {
        std::vector<findings> each(at_once);
        std::vector<std::thread> some;
        for (std::size_t i = 0; i < at_once; ++i)
            some.emplace_back([&, i] { short_life<Kind>(map, first + i, each[i]); });
        for (std::thread &thread : some)
            thread.join();
        for (const findings &one : each)
            found.add(one);
    }
}

std::size_t heap_in_use() {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
    if (!under_asan && !under_tsan) {
        const struct mallinfo2 info = ::mallinfo2();
        return info.uordblks + info.hblkhd;
    }
#endif
    return 0;
}

} // namespace

TEST_CASE_TEMPLATE("ten thousand short-lived threads leave nothing behind", Kind, objects, words) {
    {
        typename Kind::map map;
        findings found;
        lives<Kind>(map, 500, found);
        REQUIRE(reclaim_everything(map));
        const std::size_t before = heap_in_use();
        lives<Kind>(map, scaled(10000, 1000), found);
        CHECK(found.text() == "");
        CHECK(reclaim_everything(map));
        CHECK(map.stats().retired_objects == 0);
        CHECK(Kind::are_left(map.size()));
        // Had each thread a record of its own, they would take more than this.
        CHECK(heap_in_use() <= before + std::size_t{256} * 1024);
    }
    CHECK(Kind::are_left(0));
}

TEST_CASE_TEMPLATE("threads that end with garbage of theirs not yet freed leave it to the map",
                   Kind, objects, words) {
    {
        typename Kind::map map;
        for (unsigned round = 0; round < 20; ++round) {
            std::thread([&] {
                const auto guard = map.pin();
                for (std::uint64_t i = 0; i < 100; ++i) {
                    const std::uint64_t key = round * 100 + i; // fresh, for tables to be retired
                    map.insert_or_assign(key, Kind::value(i));
                    map.erase(key);
                }
            }).join();
        }
        CHECK(map.stats().retired_objects != 0);
        CHECK(reclaim_everything(map));
        CHECK(Kind::are_left(0));
    }
    CHECK(Kind::are_left(0));
}

TEST_CASE_TEMPLATE("many more threads than cores", Map, u64_map, flat_u64_map) {
    FERRY_SHOW_SEED();
    Map map;
    constexpr unsigned threads = 32;
    CHECK(crew(threads, [&](unsigned id, findings &found) {
              prng random(id);
              for (std::size_t i = 0; i < scaled(10000); ++i) {
                  const std::uint64_t key = std::uint64_t{id} << 32 | i;
                  found.expect(map.insert(key, ~key), "an own new key is inserted");
                  found.expect(map.get(key) == ~key, "an own key is found");
                  if (i % 4 != 0)
                      found.expect(map.erase(key) == 1, "an own key is erased");
              }
          }).text() == "");
    CHECK(map.size() == threads * ((scaled(10000) + 3) / 4));
}

TEST_CASE_TEMPLATE("maps come and go while their threads stay", Map, u64_map, flat_u64_map) {
    CHECK(crew(4, [](unsigned id, findings &found) {
              for (std::size_t i = 0; i < scaled(2000, 50); ++i) {
                  Map map;
                  for (std::uint64_t key = 0; key < 50; ++key)
                      map.insert(key, key + id);
                  found.expect(map.get(7) == 7 + id, "each map has its own elements");
                  found.expect(map.size() == 50, "each map has its own size");
              }
          }).text() == "");
}

TEST_CASE("records of domains that have gone do not accumulate in a thread" *
          doctest::skip(under_asan || under_tsan)) {
    std::vector<std::unique_ptr<ferry::epoch_domain>> staying;
    for (int i = 0; i < 200; ++i) {
        staying.push_back(std::make_unique<ferry::epoch_domain>());
        const ferry::guard first(*staying.back());
    }
    const auto come_and_go = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            ferry::epoch_domain domain;
            const ferry::guard here(domain);
            const ferry::guard there(*staying[i % staying.size()]);
        }
    };
    come_and_go(2000);
    const std::size_t before = heap_in_use();
    come_and_go(scaled(20000, 2000));
    CHECK(heap_in_use() <= before + std::size_t{256} * 1024); // of 20,000 it would be 5 MiB
}

TEST_CASE_TEMPLATE("domains come and go while their threads stay", Map, u64_map, flat_u64_map) {
    CHECK(crew(4, [](unsigned id, findings &found) {
              for (std::size_t i = 0; i < scaled(1000, 50); ++i) {
                  ferry::epoch_domain domain;
                  Map map(ferry::options{.domain = &domain});
                  for (std::uint64_t key = 0; key < 20; ++key) {
                      map.insert(key, key + id);
                      map.insert_or_assign(key, key);
                      map.erase(key);
                  }
                  map.reserve(1000); // a table is retired, too
                  auto guard = map.pin();
                  found.expect(guard.refresh(), "a new domain has no pins of an old one");
              }
          }).text() == "");
}

} // namespace stress_thread_churn
