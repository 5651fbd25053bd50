// SPDX-License-Identifier: BSL-1.0

// Values that threads change in place.

#include <atomic>
#include <cstdint>
#include <string>
#include <type_traits>

#include <doctest/doctest.h>
#include <ferry/atomic_value.hpp>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/maps.hpp"

namespace api_atomic_value {

using namespace ferry::test;

using counter_map = ferry::concurrent_map<std::string, ferry::atomic_value<std::uint64_t>>;

static_assert(std::is_copy_constructible_v<ferry::atomic_value<int>>);
static_assert(std::is_nothrow_copy_constructible_v<ferry::atomic_value<int>>);

template <class T>
concept adds = requires(const ferry::atomic_value<T> &value, T more) {
    value.fetch_add(more);
};
static_assert(adds<int>);
static_assert(!adds<bool>);
static_assert(!adds<int *>);

TEST_CASE("an atomic value in a map is changed by visit, through handles and under a guard") {
    counter_map map;
    CHECK(map.try_emplace("hits", 5u));
    CHECK(map.visit("hits", [](const auto &count) { count.fetch_add(1); }));
    map.find("hits")->store(10, std::memory_order_release);
    const ferry::guard pinned = map.pin();
    CHECK(map.find("hits", pinned)->fetch_sub(3) == 10);
    CHECK(map.get("hits")->load(std::memory_order_acquire) == 7);
}

TEST_CASE("no addition to an atomic value is lost while the map grows") {
    constexpr unsigned threads = 4;
    constexpr std::uint64_t additions = 20'000;
    counter_map map;
    map.try_emplace("hits", 0u);
    crew(threads, [&](unsigned id, findings &) {
        for (std::uint64_t i = 0; i < additions; ++i) {
            map.visit("hits", [](const auto &count) { count.fetch_add(1); });
            map.try_emplace(std::to_string(i * threads + id), i);
        }
    });
    CHECK(map.get("hits")->load() == threads * additions);
}

TEST_CASE("an atomic value exchanges, compares and sets bits") {
    const ferry::atomic_value<std::uint32_t> value(0b0110);
    CHECK(value.exchange(0b0111) == 0b0110);
    std::uint32_t expected = 1;
    CHECK_FALSE(value.compare_exchange(expected, 2));
    CHECK(expected == 0b0111);
    CHECK(value.compare_exchange(expected, 0b1100));
    while (!value.compare_exchange_weak(expected, 0b1010)) {
    }
    CHECK(value.fetch_or(0b0001) == 0b1010);
    CHECK(value.fetch_and(0b0011) == 0b1011);
    CHECK(value.fetch_xor(0b0001) == 0b0011);
    CHECK(value.load() == 0b0010);
}

TEST_CASE("an atomic value may be a pointer, an enumeration or a small structure") {
    enum class state : char { idle, busy };
    struct alignas(8) pair {
        std::int32_t first, second;
        bool operator==(const pair &) const = default;
    };
    int number = 0;
    const ferry::atomic_value<int *> pointer;
    CHECK(pointer.load() == nullptr);
    pointer.store(&number);
    CHECK(pointer.load() == &number);
    const ferry::atomic_value<state> current(state::busy);
    CHECK(current.exchange(state::idle) == state::busy);
    const ferry::atomic_value<pair> both(pair{1, 2});
    CHECK(both.load() == pair{1, 2});
}

TEST_CASE("a copy of an atomic value is another object, equal until one changes") {
    const ferry::atomic_value<int> value(1);
    ferry::atomic_value<int> copy(value);
    CHECK(copy == value);
    value.store(2);
    CHECK_FALSE(copy == value);
    copy = value;
    CHECK(copy == value);
}

TEST_CASE("compare_exchange and compare_erase of a map compare what atomic values hold") {
    ferry::concurrent_map<int, ferry::atomic_value<int>> map;
    map.try_emplace(1, 10);
    map.visit(1, [](const auto &value) { value.store(11); });
    CHECK_FALSE(map.compare_exchange(1, 10, 12));
    CHECK(map.compare_exchange(1, 11, 12));
    CHECK_FALSE(map.compare_erase(1, 11));
    CHECK(map.compare_erase(1, 12));
}

} // namespace api_atomic_value
