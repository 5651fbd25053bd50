// SPDX-License-Identifier: BSL-1.0

// Guards: what they protect, how they nest, what refresh() does.

#include <memory>
#include <thread>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/gate.hpp"
#include "support/maps.hpp"

namespace api_pin {

using namespace ferry::test;

static_assert(std::is_same_v<decltype(std::declval<const int_map &>().pin()), ferry::guard>);
static_assert(!std::is_copy_constructible_v<ferry::guard>);

TEST_CASE("refresh of the only guard lets reclamation pass and says so") {
    int_map map{{1, 10}};
    auto guard = map.pin();
    CHECK(guard.refresh());
    CHECK(*map.find(1, guard) == 10);
    CHECK(guard.refresh());
}

TEST_CASE("refresh does nothing while another guard of the thread lives") {
    int_map map{{1, 10}};
    auto outer = map.pin();
    {
        auto inner = map.pin();
        CHECK_FALSE(outer.refresh());
        CHECK_FALSE(inner.refresh());
        CHECK(*map.find(1, inner) == 10);
    }
    CHECK(outer.refresh());
}

TEST_CASE("guards need not end in the order they began") {
    int_map map{{1, 10}};
    auto first = std::make_unique<ferry::guard>(map.pin());
    auto second = std::make_unique<ferry::guard>(map.pin());
    const int *const value = map.find(1, *first);
    first.reset();
    map.erase(1);
    CHECK(second->refresh());
    second.reset();
    // A reference belongs to the guard it was asked for with: `value` is not touched any more.
    CHECK(value != nullptr);
}

TEST_CASE("refresh does nothing while a handle of the thread lives") {
    int_map map{{1, 10}};
    auto guard = map.pin();
    {
        const auto handle = map.find(1);
        REQUIRE(handle);
        CHECK_FALSE(guard.refresh());
    }
    CHECK(guard.refresh());
}

TEST_CASE("the handle of a missed find holds no pin") {
    int_map map{{1, 10}};
    auto guard = map.pin();
    const auto missed = map.find(2);
    CHECK_FALSE(missed);
    CHECK(guard.refresh());
}

TEST_CASE("a guard of another thread does not keep refresh from passing") {
    int_map map;
    gate parked;
    std::thread other([&] {
        const auto guard = map.pin();
        parked.pass();
    });
    parked.wait_for_arrival();
    auto guard = map.pin();
    CHECK(guard.refresh());
    parked.open();
    other.join();
}

TEST_CASE("what a guard has led to lives as long as the guard") {
    {
        ferry::concurrent_map<int, counted_value> map;
        for (int i = 0; i < 100; ++i)
            map.try_emplace(i, static_cast<unsigned>(i));
        {
            const auto guard = map.pin();
            const counted_value *const erased = map.find(7, guard);
            const counted_value *const replaced = map.find(8, guard);
            std::thread([&] {
                map.erase(7);
                map.insert_or_assign(8, counted_value(80));
                for (int i = 100; i < 2000; ++i) {
                    map.try_emplace(i, 1u);
                    map.erase(i);
                }
                map.reclaim();
            }).join();
            CHECK(erased->intact());
            CHECK(erased->number() == 7);
            CHECK(replaced->intact());
            CHECK(replaced->number() == 8);
        }
        CHECK(reclaim_everything(map));
        CHECK(counted_value::alive() == 99);
    }
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("a nested guard protects no less when the outer one is gone") {
    ferry::concurrent_map<int, counted_value> map;
    map.try_emplace(1, 10u);
    auto outer = std::make_unique<ferry::guard>(map.pin());
    const auto inner = map.pin();
    const counted_value *const value = map.find(1, inner);
    outer.reset();
    std::thread([&] {
        map.erase(1);
        for (int i = 0; i < 10; ++i)
            map.reclaim();
    }).join();
    CHECK(value->intact());
    CHECK(value->number() == 10);
}

TEST_CASE("a moved guard goes on protecting") {
    if constexpr (std::is_move_constructible_v<ferry::guard>) {
        ferry::concurrent_map<int, counted_value> map;
        map.try_emplace(1, 10u);
        auto first = map.pin();
        const counted_value *const value = map.find(1, first);
        auto second = std::move(first);
        map.erase(1);
        map.reclaim();
        CHECK(value->intact());
        CHECK(second.refresh());
    }
}

} // namespace api_pin
