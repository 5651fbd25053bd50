// SPDX-License-Identifier: BSL-1.0

// Children of fork, wherever the other threads stood.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "forked.hpp"
#include "support/flat_maps.hpp"
#include "support/gate.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"
#include "thorough_use.hpp"

namespace stress_process {

using namespace ferry::test;

TEST_CASE_TEMPLATE(
    "a child forked in the middle of a migration uses the map, without the other threads" *
        doctest::skip(under_tsan),
    Map, u64_map, flat_u64_map) {
    Map map;
    fill(map);
    gate reading;
    gate updating;
    std::thread reader([&] {
        const auto guard = map.pin();
        reading.pass();
    });
    std::thread updater([&] {
        map.update(7, [&](const std::uint64_t &value) {
            updating.pass();
            return value;
        });
    });
    reading.wait_for_arrival();
    updating.wait_for_arrival();
    std::uint64_t next = std::uint64_t{1} << 50;
    while (!map.migrating())
        map.insert(next++, 1);

    CHECK(in_child([&] { return use_and_reclaim(map, residents); }) == 0);

    reading.open();
    updating.open();
    reader.join();
    updater.join();
    CHECK(use_and_reclaim(map, residents) == 0);
}

TEST_CASE_TEMPLATE("a child forked by a pinned thread keeps its pin and its references" *
                       doctest::skip(under_tsan),
                   Map, u64_map, flat_u64_map) {
    Map map;
    fill(map);
    auto guard = map.pin();
    const auto value = map.find(7, guard); // a pointer, or a copy
    CHECK(in_child([&] {
              map.erase(7);
              for (std::uint64_t i = 0; i < 5000; ++i) {
                  map.insert(i + 100000, i);
                  map.erase(i + 100000);
              }
              for (int i = 0; i < 20; ++i)
                  map.reclaim();
              if (*value != 7)
                  return 1;
              if (!guard.refresh())
                  return 2;
              std::thread([&] { map.insert(7, 7); }).join();
              return map.get(7) == 7 ? 0 : 3;
          }) == 0);
    CHECK(*value == 7);
    CHECK(map.get(7) == 7);
}

// What another thread was about to free at the fork is lost to the child: only there is it not
// asked for. Allocators of the sanitizers do not stand a fork while other threads allocate.
TEST_CASE_TEMPLATE("children forked while other threads make the table grow and sweep use the map" *
                       doctest::skip(under_tsan || under_asan),
                   Map, u64_map, flat_u64_map) {
    Map map;
    fill(map);
    std::atomic<bool> done{false};
    std::vector<std::thread> others;
    for (unsigned id = 1; id <= 2; ++id) {
        others.emplace_back([&map, &done, id] {
            for (std::uint64_t round = 0; !done; ++round) {
                const std::uint64_t first = std::uint64_t{id} << 44 | round << 20;
                for (std::uint64_t i = 0; i < 3000; ++i)
                    map.insert(first + i, i);
                for (std::uint64_t i = 0; i < 3000; ++i)
                    map.erase(first + i);
            }
        });
    }
    std::vector<int> results;
    for (std::size_t i = 0; i < scaled(10, 5); ++i)
        results.push_back(in_child([&] { return use(map, residents); }));
    done = true;
    for (std::thread &thread : others)
        thread.join();
    for (const int result : results)
        CHECK(result == 0);
    CHECK(use_and_reclaim(map, residents) == 0);
}

namespace {

// Keeps fork out of the allocator, for the sanitizers' own: see above. A child has it as the thread
// that forks has it.
class fork_gate {
public:
    void enter() {
        for (;;) {
            ++inside_;
            if (!forking_)
                return;
            --inside_;
            while (forking_)
                std::this_thread::yield();
        }
    }
    void leave() { --inside_; }

    void close() {
        forking_ = true;
        while (inside_ != 0)
            std::this_thread::yield();
    }
    void open() { forking_ = false; }

private:
    std::atomic<int> inside_{0};
    std::atomic<bool> forking_{false};
};

fork_gate at_allocator;

template <class T>
struct gated_allocator {
    using value_type = T;

    gated_allocator() = default;
    template <class U>
    gated_allocator(const gated_allocator<U> &) {}

    T *allocate(std::size_t count) {
        at_allocator.enter();
        T *const made = std::allocator<T>().allocate(count);
        at_allocator.leave();
        return made;
    }
    void deallocate(T *old, std::size_t count) {
        at_allocator.enter();
        std::allocator<T>().deallocate(old, count);
        at_allocator.leave();
    }
    friend bool operator==(gated_allocator, gated_allocator) { return true; }
};

using gated_map =
    ferry::concurrent_map<std::uint64_t, std::uint64_t, ferry::hash<std::uint64_t>, std::equal_to<>,
                          gated_allocator<std::pair<const std::uint64_t, std::uint64_t>>>;

// Each child takes seconds, with AddressSanitizer many.
template <class Map>
constexpr std::size_t children = under_asan ? 3 : 12;
template <>
constexpr std::size_t children<flat_u64_map> = under_asan ? 2 : 5;

} // namespace

// The tables are large, so that their memory comes from the system, not from the allocator.
TEST_CASE_TEMPLATE(
    "children forked while others drop keys and move tables use, resize and destroy the map" *
        doctest::skip(under_tsan),
    Map, gated_map, flat_u64_map) {
    constexpr unsigned churners = 3;
    auto map = std::make_unique<Map>(ferry::options{.min_capacity = 8000, .drop_on_erase = true});
    for (std::uint64_t key = 0; key < residents; ++key)
        map->insert(key, key);
    std::atomic<bool> done{false};
    std::atomic<unsigned> begun{0};
    std::vector<std::thread> others;
    for (unsigned id = 1; id <= churners; ++id) {
        others.emplace_back([&map, &done, &begun, id] {
            map->contains(id);
            ++begun;
            for (std::uint64_t round = 0; !done; ++round) {
                // Some of all threads, some of this one alone; now and then enough to grow.
                const std::uint64_t count = round % 8 == 7 ? 9000 : 700;
                const std::uint64_t first = std::uint64_t{round % 2 * id + 1} << 44;
                [[maybe_unused]] const auto held =
                    map->find(id); // a child perhaps never sees it end
                for (std::uint64_t i = 0; i < count; ++i)
                    map->insert(first + i, i);
                for (std::uint64_t i = 0; i < count; ++i)
                    map->erase(first + i);
                if (round % 16 == 15)
                    map->reclaim();
            }
        });
    }
    while (begun != churners)
        std::this_thread::yield();
    std::vector<int> results;
    for (std::size_t i = 0; i < children<Map>; ++i) {
        at_allocator.close();
        results.push_back(in_child(
            [&] {
                map->reclaim();
                std::size_t count = 0;
                map->for_each([&](std::uint64_t, std::uint64_t) { ++count; });
                if (map->size() > count + churners || count > map->size() + churners)
                    return 10;
                if (const int failed = use(*map, residents))
                    return failed;
                map->shrink_to_fit();
                map->reserve(50000);
                map->clear();
                map->reclaim();
                map.reset();
                return 0;
            },
            [] { at_allocator.open(); }));
    }
    done = true;
    for (std::thread &thread : others)
        thread.join();
    for (const int result : results)
        CHECK(result == 0);
    CHECK(use(*map, residents) == 0);
    CHECK(reclaim_everything(*map));
}

} // namespace stress_process
