// SPDX-License-Identifier: BSL-1.0

// No memory for tables and for what a thread needs: the global operator new of this program fails
// when told to. (The map's allocator has tests of its own.)

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>

#include "support/maps.hpp"
#include "support/memory_supply.hpp"

namespace api_out_of_memory {

using namespace ferry::test;

namespace {

// Nodes come from elsewhere, so that what fails are tables.
template <class T>
struct malloc_allocator {
    using value_type = T;
    malloc_allocator() = default;
    template <class U>
    malloc_allocator(const malloc_allocator<U> &) noexcept {}
    T *allocate(std::size_t n) { return static_cast<T *>(std::malloc(n * sizeof(T))); }
    void deallocate(T *place, std::size_t) noexcept { std::free(place); }
    template <class U>
    friend bool operator==(const malloc_allocator &, const malloc_allocator<U> &) noexcept {
        return true;
    }
};

// Copies of it throw when told to.
struct brittle_copies {
    static inline bool throwing = false;

    brittle_copies() = default;
    brittle_copies(brittle_copies &&) noexcept = default;
    brittle_copies(const brittle_copies &) {
        if (throwing) {
            throw std::runtime_error("a copy");
        }
    }
    brittle_copies &operator=(brittle_copies &&) = default;
};
struct brittle_hash : brittle_copies {
    std::size_t operator()(int key) const noexcept { return static_cast<std::size_t>(key); }
};
struct brittle_equal : brittle_copies {
    bool operator()(int a, int b) const noexcept { return a == b; }
};

using pool_map = ferry::concurrent_map<int, int, ferry::hash<int>, std::equal_to<>,
                                       malloc_allocator<std::pair<const int, int>>>;

} // namespace

TEST_CASE("a table that cannot grow takes what fits, then says so and stays whole") {
    pool_map map;
    map.insert(0, 0);
    int count = 1;
    {
        const no_memory now;
        try {
            for (; count < 1000; ++count) {
                map.insert(count, -count);
            }
        } catch (const std::bad_alloc &) {
        }
        bool held = true;
        for (int i = 0; i < count; ++i) {
            held = held && map.get(i) == -i;
        }
        held = held && !map.contains(count) && map.size() == static_cast<std::size_t>(count);
        // What needs no new slot goes on.
        for (int i = 0; i < count; ++i) {
            held = held && map.erase(i) == 1 && map.insert(i, i) && !map.insert_or_assign(i, -i);
        }
        map.reclaim();
        CHECK(held);
    }
    CHECK(count < 1000);
    for (int i = count; i < 2000; ++i) {
        CHECK(map.insert(i, -i));
    }
    CHECK(map.stats().grown >= 1);
    int wrong = 0;
    for (int i = 0; i < 2000; ++i) {
        wrong += map.get(i) != -i;
    }
    CHECK(wrong == 0);
    CHECK(map.size() == 2000);
}

TEST_CASE("whichever request for a table fails, the map holds what it should") {
    std::size_t failing = 0;
    std::size_t requests = 0;
    do {
        CAPTURE(failing);
        pool_map map;
        std::unordered_map<int, int> oracle;
        oracle.reserve(4000);
        std::size_t wrong = 0;
        for (int i = 0; i < 3000; ++i) {
            std::optional<bool> inserted;
            std::size_t erased = 0;
            {
                // The request with this number fails, counted over all inserts and erases.
                if (requests <= failing) {
                    memory = {.limited = true, .once = true, .left = failing - requests};
                }
                try {
                    inserted = map.insert(i, i * 2);
                } catch (const std::bad_alloc &) {
                }
                if (i % 3 == 2) {
                    erased = map.erase(i - 1);
                }
                requests += memory.requests;
                memory = {};
            }
            if (inserted) {
                wrong += !*inserted;
                oracle.emplace(i, i * 2);
            }
            if (i % 3 == 2) {
                wrong += erased != oracle.erase(i - 1);
            }
        }
        finish_migrations(map);
        wrong += map.size() != oracle.size();
        for (int i = 0; i < 3000; ++i) {
            const auto there = oracle.find(i);
            wrong +=
                map.get(i) != (there != oracle.end() ? std::optional(there->second) : std::nullopt);
        }
        REQUIRE(wrong == 0);
    } while (std::exchange(requests, 0) > failing++ && failing < 200);
    CHECK(failing > 3);
}

TEST_CASE("reserve without memory throws and changes nothing") {
    pool_map map;
    for (int i = 0; i < 10; ++i) {
        map.insert(i, i);
    }
    const auto slots = map.capacity();
    {
        bool thrown = false;
        {
            const no_memory now;
            try {
                map.reserve(3000);
            } catch (const std::bad_alloc &) {
                thrown = true;
            }
        }
        CHECK(thrown);
    }
    CHECK(map.capacity() == slots);
    CHECK(map.size() == 10);
    CHECK(map.get(7) == 7);
    map.reserve(3000);
    CHECK(map.capacity() >= 3000);
    CHECK(map.get(7) == 7);
}

TEST_CASE("a thread that gets no memory for its first pin may try again") {
    pool_map map;
    map.insert(1, 10);
    bool thrown = false;
    bool found = false;
    std::thread([&] {
        {
            const no_memory now;
            try {
                found = map.contains(1);
            } catch (const std::bad_alloc &) {
                thrown = true;
            }
        }
        found = map.get(1) == 10;
        CHECK(map.pin().refresh());
    }).join();
    CHECK(found);
    // Whether it needed memory at all depends on the threads that were there before.
    INFO("threw: ", thrown);
    CHECK(map.erase(1) == 1);
    CHECK(reclaim_everything(map));
}

TEST_CASE("a constructor whose argument throws when it is copied keeps no memory") {
    const brittle_hash hash;
    const brittle_equal equal;
    const std::ptrdiff_t before = ferry::test::blocks_held;
    brittle_copies::throwing = true;
    for (const std::size_t capacity : {1, 100}) {
        CHECK_THROWS_AS((ferry::concurrent_map<int, int, brittle_hash>(capacity, hash)),
                        std::runtime_error);
        CHECK_THROWS_AS((ferry::concurrent_map<int, int, ferry::hash<int>, brittle_equal>(
                            capacity, ferry::hash<int>(1), equal)),
                        std::runtime_error);
        CHECK_THROWS_AS((ferry::concurrent_set<int, brittle_hash>(capacity, hash)),
                        std::runtime_error);
    }
    brittle_copies::throwing = false;
    CHECK(ferry::test::blocks_held == before);
    {
        const ferry::concurrent_map<int, int, brittle_hash> map(100, hash);
        CHECK(ferry::test::blocks_held > before);
    }
    CHECK(ferry::test::blocks_held == before);
}

} // namespace api_out_of_memory
