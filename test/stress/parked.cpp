// SPDX-License-Identifier: BSL-1.0

// Growth does not stop the world, and neither does anybody in the middle of an operation: a thread
// is parked at some place, forever as far as the others can tell, and these go on with everything,
// through growth, sweep and shrinking.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/gate.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

namespace stress_parked {

using namespace ferry::test;

namespace {

// A value whose constructor or destructor can be made to park, and whose comparison can.
struct slow {
    slow() = default;
    explicit slow(std::uint64_t n, gate *at_construction = nullptr, gate *at_destruction = nullptr)
        : number(n), last_stop(at_destruction) {
        if (at_construction != nullptr)
            at_construction->pass();
    }
    slow(const slow &other) : number(other.number) {}
    slow(slow &&other) noexcept
        : number(other.number), last_stop(std::exchange(other.last_stop, nullptr)) {}
    slow &operator=(const slow &) = delete;
    ~slow() {
        if (last_stop != nullptr)
            last_stop->pass();
    }

    std::uint64_t number = 0;
    gate *last_stop = nullptr;
};

struct parking_equal {
    inline static thread_local gate *here = nullptr;
    bool operator()(std::uint64_t a, std::uint64_t b) const {
        if (gate *const stop = std::exchange(here, nullptr))
            stop->pass();
        return a == b;
    }
};

struct parking_hash {
    inline static thread_local gate *here = nullptr;
    std::size_t operator()(std::uint64_t key) const {
        if (gate *const stop = std::exchange(here, nullptr))
            stop->pass();
        return static_cast<std::size_t>(key);
    }
};

using slow_map = ferry::concurrent_map<std::uint64_t, slow, parking_hash, parking_equal>;

constexpr std::uint64_t held = 5; // the key the parked thread is busy with

// Everything the others do while somebody is parked; with the parked one's key as well.
void go_on(slow_map &map, findings &found, unsigned id) {
    const std::uint64_t first = std::uint64_t{id + 1} << 32;
    const std::size_t count = scaled(25000, 8000);
    for (std::uint64_t i = 0; i < count; ++i) {
        found.expect(map.try_emplace(first + i, i), "others insert");
        if (i % 16 == 0) {
            map.insert_or_assign(held, slow(1000 + i));
            map.update(held, [](const slow &old) { return slow(old.number + 1); });
            map.visit(held, [](const slow &) {});
            found.expect(map.find(first + i)->number == i, "others find");
        }
    }
    for (std::uint64_t i = 0; i < count; ++i)
        found.expect(map.erase(first + i) == 1, "others erase");
    for (std::uint64_t i = 0; i < count; ++i) {
        map.try_emplace(first + i % 100, i);
        map.erase(first + i % 100);
    }
}

// Parks `operation(map, gate)` in a thread and lets two others work meanwhile.
template <class Operation>
void others_go_on(Operation operation, ferry::options options = {}) {
    slow_map map(options);
    for (std::uint64_t i = 0; i < 200; ++i)
        map.try_emplace(i, i);
    gate parked;
    const watchdog dog("others, while one thread is parked");
    std::thread sleeper([&] { operation(map, parked); });
    parked.wait_for_arrival();

    const auto before = map.stats();
    CHECK(crew(2, [&](unsigned id, findings &found) { go_on(map, found, id); }).text() == "");
    finish_migrations(map);
    CHECK_FALSE(map.migrating());
    const auto after = map.stats();
    CHECK(after.grown >= before.grown + 3);
    CHECK(after.migrations >= before.migrations + 3);
    std::size_t seen = 0;
    map.for_each([&](const std::uint64_t &, const slow &) { ++seen; });
    CHECK(seen == map.size());

    parked.open();
    sleeper.join();
    for (std::uint64_t i = 0; i < 200; ++i) {
        if (i != held)
            CHECK(map.find(i)->number == i);
    }
}

} // namespace

TEST_CASE("a reader parked with a guard in the middle of a migration stops nobody") {
    others_go_on([](slow_map &map, gate &parked) {
        std::uint64_t next = std::uint64_t{1} << 60;
        while (!map.migrating())
            map.try_emplace(next++, 1u);
        const auto guard = map.pin();
        const slow *const value = map.find(held, guard);
        const std::uint64_t number = value->number;
        parked.pass();
        CHECK(value->number == number);
    });
}

TEST_CASE("a thread parked in the function of visit stops nobody") {
    others_go_on([](slow_map &map, gate &parked) {
        CHECK(map.visit(held, [&](const slow &value) {
            parked.pass();
            CHECK(value.number == held);
        }));
    });
}

TEST_CASE("a thread parked in the function of update stops nobody and has to look again") {
    others_go_on([](slow_map &map, gate &parked) {
        int calls = 0;
        CHECK(map.update(held, [&](const slow &old) {
            ++calls;
            parked.pass();
            return slow(old.number + 1);
        }));
        CHECK(calls == 2);
        CHECK(map.find(held)->number > 1000);
    });
}

TEST_CASE("a thread parked in the function of compute stops nobody and has to look again") {
    others_go_on([](slow_map &map, gate &parked) {
        int calls = 0;
        CHECK(map.compute(held, [&](const slow *old) -> ferry::compute_decision<slow> {
            ++calls;
            const bool changed = old->number != held;
            parked.pass();
            if (changed)
                return ferry::erase;
            return slow(7);
        }) == ferry::compute_result::erased);
        CHECK(calls == 2);
        CHECK_FALSE(map.contains(held));
    });
}

TEST_CASE("a thread parked in the constructor of a value stops nobody") {
    others_go_on([](slow_map &map, gate &parked) {
        CHECK(map.try_emplace(std::uint64_t{1} << 50, 7u, &parked));
        CHECK(map.find(std::uint64_t{1} << 50)->number == 7);
    });
}

TEST_CASE("a thread parked in a comparison stops nobody") {
    others_go_on([](slow_map &map, gate &parked) {
        parking_equal::here = &parked;
        CHECK(map.erase(held) == 1);
        CHECK_FALSE(map.contains(held));
    });
}

TEST_CASE("a thread parked in a hash stops nobody") {
    others_go_on([](slow_map &map, gate &parked) {
        parking_hash::here = &parked;
        CHECK(map.try_emplace(std::uint64_t{1} << 50, 7u));
    });
}

TEST_CASE(
    "a thread parked in the function of for_each stops nobody and misses nothing afterwards") {
    others_go_on([](slow_map &map, gate &parked) {
        std::size_t seen = 0;
        map.for_each([&](const std::uint64_t &key, const slow &) {
            if (seen == 50)
                parked.pass();
            seen += key < 200;
        });
        CHECK(seen == 200);
    });
}

TEST_CASE("a thread parked in the predicate of erase_if stops nobody") {
    others_go_on([](slow_map &map, gate &parked) {
        CHECK(map.erase_if([&](const std::uint64_t &, const slow &) {
            parked.pass();
            return false;
        }) == 0);
    });
}

TEST_CASE("a thread parked in the destructor of a value stops nobody") {
    others_go_on([](slow_map &map, gate &parked) {
        const std::uint64_t key = std::uint64_t{1} << 50;
        map.try_emplace(key, 7u, nullptr, &parked);
        map.erase(key);
        // This thread or another: whoever frees the value is parked.
        for (int i = 0; i < 100; ++i)
            map.reclaim();
    });
}

TEST_CASE("a thread parked while it erases stops nobody with drop_on_erase") {
    others_go_on(
        [](slow_map &map, gate &parked) {
            map.erase_if(held, [&](const slow &) {
                parked.pass();
                return true;
            });
            CHECK_FALSE(map.contains(held));
        },
        {.drop_on_erase = true});
}

} // namespace stress_parked
