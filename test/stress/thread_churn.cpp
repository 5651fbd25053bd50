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
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

using namespace ferry::test;

namespace {

using value_map = ferry::concurrent_map<std::uint64_t, counted_value>;

void short_life(value_map &map, std::uint64_t number, findings &found) {
    const std::uint64_t key = number % 50;
    map.insert_or_assign(key, counted_value(number));
    if (const auto handle = map.find((number + 1) % 50))
        found.expect(handle->intact(), "a value found is alive");
    if (number % 3 == 0)
        map.erase(key);
    found.expect(map.pin().refresh(), "a new thread holds no pin");
}

// `count` threads, a few at a time.
void lives(value_map &map, std::size_t count, findings &found) {
    constexpr std::size_t at_once = 4;
    for (std::size_t first = 0; first < count; first += at_once) {
        std::vector<findings> each(at_once);
        std::vector<std::thread> some;
        for (std::size_t i = 0; i < at_once; ++i)
            some.emplace_back([&, i] { short_life(map, first + i, each[i]); });
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

TEST_CASE("ten thousand short-lived threads leave nothing behind") {
    {
        value_map map;
        findings found;
        lives(map, 500, found);
        REQUIRE(reclaim_everything(map));
        const std::size_t before = heap_in_use();
        lives(map, scaled(10000, 1000), found);
        CHECK(found.text() == "");
        CHECK(reclaim_everything(map));
        CHECK(map.stats().retired_objects == 0);
        CHECK(counted_value::alive() == static_cast<std::int64_t>(map.size()));
        // Had each thread a record of its own, they would take more than this.
        CHECK(heap_in_use() <= before + std::size_t{256} * 1024);
    }
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("threads that end with garbage of theirs not yet freed leave it to the map") {
    {
        value_map map;
        for (unsigned round = 0; round < 20; ++round) {
            std::thread([&] {
                const auto guard = map.pin();
                for (std::uint64_t i = 0; i < 100; ++i) {
                    map.insert_or_assign(i, counted_value(i));
                    map.erase(i);
                }
            }).join();
        }
        CHECK(reclaim_everything(map));
        CHECK(counted_value::alive() == 0);
    }
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("many more threads than cores") {
    FERRY_SHOW_SEED();
    u64_map map;
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

TEST_CASE("maps come and go while their threads stay") {
    CHECK(crew(4, [](unsigned id, findings &found) {
              for (std::size_t i = 0; i < scaled(2000, 50); ++i) {
                  u64_map map;
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

TEST_CASE("domains come and go while their threads stay") {
    CHECK(crew(4, [](unsigned id, findings &found) {
              for (std::size_t i = 0; i < scaled(1000, 50); ++i) {
                  ferry::epoch_domain domain;
                  u64_map map(ferry::options{.domain = &domain});
                  for (std::uint64_t key = 0; key < 20; ++key) {
                      map.insert(key, key + id);
                      map.insert_or_assign(key, key);
                      map.erase(key);
                  }
                  auto guard = map.pin();
                  found.expect(guard.refresh(), "a new domain has no pins of an old one");
              }
          }).text() == "");
}
