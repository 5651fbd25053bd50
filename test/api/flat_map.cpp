// SPDX-License-Identifier: BSL-1.0

// Flat maps and sets: what is as in other maps, in one pass over the interface, and what is not.
// (fuzz plays the whole interface beside std::unordered_map.)

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include "support/maps.hpp"
#include "support/memory_supply.hpp"

namespace api_flat_map {

using namespace ferry::test;

namespace {

using flat_map = ferry::concurrent_flat_map<std::uint64_t, std::uint64_t>;
using flat_set = ferry::concurrent_flat_set<int>;

constexpr std::uint64_t lowest = 0;
constexpr std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();

// The key is its own hash: all small keys have one home.
struct same_hash {
    using is_avalanching = void;
    std::uint64_t operator()(std::uint64_t key) const noexcept { return key; }
    std::uint64_t unhash(std::uint64_t hash) const noexcept { return hash; }
};

// Code that works on any of ferry's maps.
template <class Map>
std::uint64_t use_generically(Map &map) {
    map.insert(1, 10);
    map.try_emplace(2, 20u);
    map.insert_or_assign(2, 21);
    map.upsert(
        3, [](auto value) { return value + 1; }, 30);
    map.update(3, [](const auto &value) { return value + 1; });
    std::uint64_t sum = 0;
    const auto under = map.pin();
    if (const auto value = map.find(2, under))
        sum += *value;
    if (const auto handle = map.find(3))
        sum += handle.value() + handle.key() + *handle;
    for (const auto &[key, value] : map.items(under))
        sum += key * value;
    map.for_each([&](const auto &key, const auto &value) { sum += key + value; });
    map.visit(1, [&](const auto &value) { sum += value; });
    if (auto extracted = map.extract(1))
        sum += extracted.value();
    return sum + map.size() + map.erase(2);
}

} // namespace

static_assert(std::is_nothrow_move_constructible_v<flat_map>);
static_assert(!std::is_copy_constructible_v<flat_map>);
static_assert(std::is_same_v<flat_map::value_type, std::pair<const std::uint64_t, std::uint64_t>>);
static_assert(std::is_copy_constructible_v<flat_map::handle>, "a copy is a copy");
static_assert(sizeof(flat_map::handle) <= 24);

TEST_CASE("code that is generic over ferry's maps does the same in a flat map") {
    u64_map nodes;
    flat_map cells;
    CHECK(use_generically(nodes) == use_generically(cells));
}

TEST_CASE("no key and no value is reserved") {
    flat_map map;
    for (const std::uint64_t key : {lowest, highest, std::uint64_t{1} << 63, std::uint64_t{1}}) {
        for (const std::uint64_t value : {lowest, highest}) {
            CAPTURE(key);
            CAPTURE(value);
            CHECK_FALSE(map.contains(key));
            CHECK(map.insert(key, value));
            CHECK_FALSE(map.insert(key, 5));
            CHECK(map.get(key) == value);
            CHECK(map.exchange(key, ~value) == value);
            CHECK(map.compare_exchange(key, ~value, value));
            CHECK_FALSE(map.compare_erase(key, ~value));
            CHECK(map.compare_erase(key, value));
            CHECK(map.empty());
        }
    }
}

TEST_CASE("keys and values of all kinds that fit into a cell") {
    enum class colour : std::uint8_t { red, green = 255 };
    struct pair_of_halves {
        std::uint32_t a, b;
        bool operator==(const pair_of_halves &) const = default;
    };
    struct odd_size {
        std::array<char, 3> text;
    };
    static int somewhere;

    ferry::concurrent_flat_map<colour, odd_size> colours;
    CHECK(colours.try_emplace(colour::green, odd_size{{'a', 'b', 'c'}}));
    CHECK(colours.find(colour::green)->text[2] == 'c');
    ferry::concurrent_flat_map<const int *, pair_of_halves> pointers;
    CHECK(pointers.insert(&somewhere, {1, 2}));
    CHECK(pointers.insert(nullptr, {3, 4}));
    CHECK(pointers.get(nullptr) == pair_of_halves{3, 4});
    CHECK(pointers.get(&somewhere) == pair_of_halves{1, 2});
    ferry::concurrent_flat_map<bool, double> truths{{true, 1.5}, {false, -0.0}};
    CHECK(truths.get(true) == 1.5);
    CHECK(truths.size() == 2);
    ferry::concurrent_flat_map<signed char, std::int16_t> small;
    for (int i = -128; i < 128; ++i)
        CHECK(small.insert(static_cast<signed char>(i), static_cast<std::int16_t>(-i)));
    for (int i = -128; i < 128; ++i)
        CHECK(small.get(static_cast<signed char>(i)) == static_cast<std::int16_t>(-i));

    struct key_hash {
        using is_avalanching = void;
        ferry::hash<std::uint64_t> words{1};
        std::uint64_t operator()(const pair_of_halves &key) const noexcept {
            return words(std::uint64_t{key.a} << 32 | key.b);
        }
        pair_of_halves unhash(std::uint64_t hash) const noexcept {
            const std::uint64_t word = words.unhash(hash);
            return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
        }
    };
    ferry::concurrent_flat_map<pair_of_halves, int, key_hash> structs;
    CHECK(structs.insert({1, 2}, 3));
    CHECK_FALSE(structs.contains({2, 1}));
    CHECK(structs.find({1, 2}).key() == pair_of_halves{1, 2});
}

TEST_CASE("what a flat map hands out are copies, which outlive changes and the map") {
    flat_map::handle kept;
    std::optional<std::uint64_t> under_guard;
    {
        flat_map map;
        map.insert(1, 10);
        kept = map.find(1);
        CHECK(map.stats().oldest_pin_age == 0);
        const ferry::guard under = map.pin();
        under_guard = map.find(1, under);
        CHECK(map.insert_or_assign(1, 11) == false);
        CHECK(map.visit(1, [&](const std::uint64_t &value) {
            map.insert_or_assign(1, 12);
            CHECK(value == 11);
        }));
        CHECK_FALSE(map.find(2, under).has_value());
        auto extracted = map.extract(1);
        CHECK(extracted.value() == 12);
        CHECK_FALSE(map.extract(1));
    }
    CHECK(kept.key() == 1);
    CHECK(kept.value() == 10);
    CHECK(under_guard == 10);
    std::thread([kept] { CHECK(*kept == 10); }).join();
}

TEST_CASE("operations allocate nothing but tables") {
    flat_map map(10000);
    map.insert(0, 0); // the thread's record
    const std::size_t before = memory.requests;
    for (std::uint64_t i = 0; i < 5000; ++i) {
        map.insert(i, i);
        map.insert_or_assign(i, i + 1);
        map.update(i, [](std::uint64_t value) { return value + 1; });
        map.compute(i, [](const std::uint64_t *value) { return *value + 1; });
        if (i % 2 == 0)
            map.erase(i);
    }
    CHECK(map.size() == 2500);
    CHECK(memory.requests == before);
    CHECK(map.stats().node_bytes == 0);
}

TEST_CASE("without memory for a table an operation throws, and nothing is changed") {
    flat_map map;
    std::uint64_t count = 0;
    {
        const no_memory now;
        CHECK_THROWS_AS(
            [&] {
                for (; count < 1000; ++count)
                    map.insert(count, ~count);
            }(),
            std::bad_alloc);
        bool held = map.size() == count && !map.contains(count);
        for (std::uint64_t i = 0; i < count; ++i)
            held = held && map.get(i) == ~i && map.erase(i) == 1 && map.insert(i, i) &&
                   !map.insert_or_assign(i, ~i);
        CHECK(held);
    }
    for (std::uint64_t i = count; i < 2000; ++i)
        CHECK(map.insert(i, ~i));
    std::size_t wrong = 0;
    for (std::uint64_t i = 0; i < 2000; ++i)
        wrong += map.get(i) != ~i;
    CHECK(wrong == 0);
}

TEST_CASE("a throw of the user's function changes nothing") {
    flat_map map{{1, 10}};
    const auto throws = [](const auto &...) -> std::uint64_t { throw std::runtime_error("no"); };
    CHECK_THROWS_AS(map.update(1, throws), std::runtime_error);
    CHECK_THROWS_AS(map.upsert(1, throws, 5u), std::runtime_error);
    CHECK_THROWS_AS(map.compute(2, throws), std::runtime_error);
    CHECK_THROWS_AS(map.get_or_emplace_with(2, throws), std::runtime_error);
    CHECK_THROWS_AS(map.erase_if(1, throws), std::runtime_error);
    CHECK(map.get(1) == 10);
    CHECK(map.size() == 1);
}

TEST_CASE("compute decides what becomes of a key") {
    flat_map map;
    const auto add = [](const std::uint64_t *value) { return value ? *value + 1 : 1; };
    CHECK(map.compute(7, add) == ferry::compute_result::inserted);
    CHECK(map.compute(7, add) == ferry::compute_result::updated);
    CHECK(map.compute(7, [](const std::uint64_t *) { return ferry::keep; }) ==
          ferry::compute_result::unchanged);
    CHECK(map.compute(7, [](const std::uint64_t *value) -> std::optional<std::uint64_t> {
        return *value == 2 ? std::nullopt : std::optional(*value);
    }) == ferry::compute_result::erased);
    CHECK(map.compute(7, [](const std::uint64_t *) { return ferry::erase; }) ==
          ferry::compute_result::unchanged);
    CHECK(map.empty());
}

TEST_CASE("a map grows, is swept and shrinks, and keeps what it holds") {
    flat_map map;
    constexpr std::uint64_t keys = 50000;
    for (std::uint64_t i = 0; i < keys; ++i)
        REQUIRE(map.insert(i, i * 3));
    CHECK(map.stats().grown >= 3);
    std::size_t wrong = 0;
    for (std::uint64_t i = 0; i < keys; ++i)
        wrong += map.get(i) != i * 3 || map.contains(i + keys);
    CHECK(wrong == 0);
    CHECK(map.erase_if([](std::uint64_t key, std::uint64_t) { return key % 10 != 0; }) ==
          keys / 10 * 9);
    const std::size_t before = map.stats().table_bytes;
    map.shrink_to_fit();
    CHECK(map.stats().table_bytes < before / 4);
    CHECK(map.stats().dead == 0);
    CHECK(map.size() == keys / 10);
    // Keys that come and go forever do not make it larger.
    for (std::uint64_t i = 0; i < 20 * keys; ++i) {
        map.insert(keys + i, i);
        map.erase(keys + i);
    }
    CHECK(map.stats().swept > 0);
    CHECK(map.stats().table_bytes < before / 2);
    auto all = map.snapshot();
    std::sort(all.begin(), all.end());
    wrong = all.size() != keys / 10;
    for (std::size_t i = 0; i < all.size(); ++i)
        wrong += all[i] != std::pair<std::uint64_t, std::uint64_t>(10 * i, 30 * i);
    CHECK(wrong == 0);
    map.clear();
    CHECK(map.empty());
}

TEST_CASE("shares of an iteration show each key once") {
    flat_map map;
    for (std::uint64_t i = 0; i < 1000; ++i)
        map.insert(i, 1);
    std::vector<int> seen(1000);
    for (std::size_t part = 0; part < 7; ++part)
        map.for_each(part, 7, [&](std::uint64_t key, std::uint64_t) { ++seen[key]; });
    CHECK(std::count(seen.begin(), seen.end(), 1) == 1000);
    int calls = 0;
    CHECK_FALSE(map.for_each_while([&](std::uint64_t, std::uint64_t) { return ++calls < 5; }));
    CHECK(calls == 5);
}

TEST_CASE("many keys are looked up at once") {
    flat_map map;
    std::vector<std::uint64_t> keys(1000);
    std::iota(keys.begin(), keys.end(), 0u);
    for (std::uint64_t i = 0; i < 1000; i += 2)
        map.insert(i, i + 7);
    std::size_t last = 0;
    std::size_t wrong = 0;
    CHECK(map.visit_many(keys.begin(), keys.end(), [&](std::size_t i, std::uint64_t value) {
        wrong += i % 2 != 0 || value != i + 7 || i < last;
        last = i;
    }) == 500);
    CHECK(wrong == 0);
}

TEST_CASE(
    "keys that all have one home are found, in tables whose size is bounded by their number") {
    ferry::concurrent_flat_map<std::uint64_t, std::uint64_t, same_hash> map;
    constexpr std::uint64_t keys = 2000;
    for (std::uint64_t i = 0; i < keys; ++i)
        REQUIRE(map.insert(i, ~i));
    std::size_t wrong = 0;
    for (std::uint64_t i = 0; i < keys; ++i)
        wrong += map.get(i) != ~i;
    CHECK(wrong == 0);
    CHECK_FALSE(map.contains(keys));
    CHECK(map.stats().table_bytes < keys * 2000);
    for (std::uint64_t i = 0; i < keys; ++i)
        wrong += map.erase(i) != 1;
    CHECK(wrong == 0);
    map.shrink_to_fit();
    CHECK(map.stats().table_bytes < 10000);
}

TEST_CASE("a flat set") {
    flat_set set{1, 2, 3, 3};
    CHECK(set.size() == 3);
    CHECK(set.contains(2));
    CHECK_FALSE(set.insert(2));
    CHECK(set.insert(-4));
    CHECK(*set.find(-4) == -4);
    const ferry::guard under = set.pin();
    CHECK(set.find(3, under) == 3);
    CHECK_FALSE(set.find(5, under).has_value());
    CHECK(set.extract(1).key() == 1);
    CHECK(set.erase(1) == 0);
    int sum = 0;
    for (const int key : set.items(under))
        sum += key;
    CHECK(sum == 1);
    CHECK(set.erase_if([](int key) { return key > 0; }) == 2);
    CHECK(set.snapshot() == std::vector<int>{-4});
    CHECK(set.visit(-4, [](const int &key) { CHECK(key == -4); }));
}

TEST_CASE("flat maps are moved, swapped, and made of ranges") {
    const std::vector<std::pair<int, float>> pairs{{1, 1.5f}, {2, 2.5f}, {1, 9.0f}};
    ferry::concurrent_flat_map map(pairs.begin(), pairs.end());
    static_assert(std::is_same_v<decltype(map), ferry::concurrent_flat_map<int, float>>);
    CHECK(map.get(1) == 1.5f);
    ferry::concurrent_flat_map<int, float> other(std::move(map));
    CHECK(other.size() == 2);
    map = ferry::concurrent_flat_map<int, float>(ferry::options{.capacity = 1000});
    CHECK(map.capacity() >= 1000);
    swap(map, other);
    CHECK(map.size() == 2);
    CHECK(other.empty());
    CHECK(map.key_eq()(1, 1));
    CHECK(map.hash_function().unhash(map.hash_function()(7)) == 7);
}

TEST_CASE("threads count on the same keys, while the map grows and shrinks, and lose nothing") {
    flat_map map;
    constexpr unsigned threads = 4;
    constexpr std::uint64_t rounds = 20000;
    constexpr std::uint64_t keys = 1000;
    std::vector<std::thread> all;
    for (unsigned id = 0; id < threads; ++id) {
        all.emplace_back([&map, id] {
            for (std::uint64_t i = 0; i < rounds; ++i) {
                map.upsert(
                    i * 7 % keys, [](std::uint64_t value) { return value + 1; }, 1u);
                map.insert(keys + i % 3000 + id * 3000, i); // what makes it grow
                map.erase(keys + (i + 1500) % 3000 + id * 3000);
                if (i % 5000 == id)
                    map.shrink_to_fit();
            }
        });
    }
    for (std::thread &each : all)
        each.join();
    std::uint64_t sum = 0;
    map.for_each([&](std::uint64_t key, std::uint64_t value) { sum += key < keys ? value : 0; });
    CHECK(sum == threads * rounds);
}

TEST_CASE("shrink_to_fit does not undo its own work, whatever the keys' hashes") {
    std::size_t most = 0;
    for (int round = 0; round < 200; ++round) {
        flat_map map(400);
        for (std::uint64_t i = 0; i < 95; ++i)
            map.insert(i, i);
        map.shrink_to_fit();
        most = std::max(most, map.stats().migrations);
        CHECK(map.size() == 95);
    }
    CHECK(most <= 8);
    ferry::concurrent_flat_map<std::uint64_t, std::uint64_t, same_hash> one_home;
    for (std::uint64_t i = 0; i < 500; ++i)
        one_home.insert(i, i);
    const ferry::map_stats before = one_home.stats();
    one_home.shrink_to_fit();
    CHECK(one_home.stats().migrations <= before.migrations + 8);
    CHECK(one_home.stats().capacity <= 2 * before.capacity); // its path may be doubled once more
}

TEST_CASE("values of every trivially copyable type are stored as they are") {
    struct elsewhere {
        int number;
        int *operator&() const {
            static int other = 77;
            return &other;
        }
    };
    ferry::concurrent_flat_map<int, elsewhere> map;
    map.try_emplace(1, elsewhere{5});
    CHECK(map.get(1)->number == 5);
    struct nothing {};
    ferry::concurrent_flat_map<int, nothing> empty_values;
    empty_values.try_emplace(1);
    const ferry::guard under = empty_values.pin();
    for (const auto &[key, value] : empty_values.items(under)) {
        CHECK(key == 1);
        static_cast<void>(value);
    }
    static_cast<void>(empty_values.find(1).value());
}

} // namespace api_flat_map
