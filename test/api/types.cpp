// SPDX-License-Identifier: BSL-1.0

// Keys and values of all kinds: enums, pointers, large, over-aligned, empty, hashed by std::hash.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/hashes.hpp"
#include "support/maps.hpp"

namespace api_types {

using namespace ferry::test;

// A user's own hash may have a function that is called like one of ferry's hash.
struct has_unfolded {
    int number;
    bool operator==(const has_unfolded &) const = default;
};

} // namespace api_types

template <>
struct ferry::hash<api_types::has_unfolded> {
    using is_avalanching = void;
    std::uint64_t operator()(const api_types::has_unfolded &key) const noexcept {
        return ferry::hash<int>(1)(key.number);
    }
    std::uint64_t unfolded(const api_types::has_unfolded &) const noexcept {
        FAIL_CHECK("the map called a function that it does not know");
        return 0;
    }
};

namespace api_types {

namespace {

enum class colour : std::uint8_t { red, green, blue };

struct alignas(64) aligned {
    std::uint64_t number = 0;
};

struct large {
    std::array<std::uint64_t, 128> words{};
    explicit large(std::uint64_t number = 0) { words.fill(number); }
};

struct point {
    int x = 0;
    int y = 0;
    friend bool operator==(const point &, const point &) = default;
};

struct nothing {};

// Copied like memory, but without a standard layout.
class layered : public point {
public:
    explicit layered(std::uint32_t number) : above_(number) {}
    std::uint32_t number() const { return above_; }

private:
    std::uint32_t above_;
};

} // namespace

} // namespace api_types

template <>
struct std::hash<api_types::point> {
    std::size_t operator()(const api_types::point &p) const noexcept {
        return static_cast<std::size_t>(p.x) * 31 + static_cast<std::size_t>(p.y);
    }
};

namespace api_types {

TEST_CASE("enums are keys") {
    ferry::concurrent_map<colour, colour> map;
    CHECK(map.insert(colour::red, colour::green));
    CHECK(map.insert(colour::blue, colour::red));
    CHECK(map.get(colour::red) == colour::green);
    CHECK_FALSE(map.contains(colour::green));
}

TEST_CASE("pointers are keys, also the null pointer") {
    ferry::concurrent_map<const int *, int> map;
    const int numbers[1000] = {};
    for (int i = 0; i < 1000; ++i)
        CHECK(map.insert(&numbers[i], i));
    CHECK(map.insert(nullptr, -1));
    int wrong = 0;
    for (int i = 0; i < 1000; ++i)
        wrong += map.get(&numbers[i]) != i;
    CHECK(wrong == 0);
    CHECK(map.get(nullptr) == -1);
}

TEST_CASE("values aligned beyond the default stay aligned, in the node and in its box") {
    ferry::concurrent_map<int, aligned> map;
    std::uintptr_t misplaced = 0;
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 500; ++i)
            map.insert_or_assign(i, aligned{static_cast<std::uint64_t>(i)});
        map.for_each([&](const int &key, const aligned &value) {
            misplaced |= reinterpret_cast<std::uintptr_t>(&value) % 64;
            CHECK(value.number == static_cast<std::uint64_t>(key));
        });
    }
    CHECK(misplaced == 0);
}

TEST_CASE("large values are whole") {
    ferry::concurrent_map<int, large> map;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 300; ++i)
            map.insert_or_assign(i, large(static_cast<std::uint64_t>(i + round)));
    }
    std::size_t wrong = 0;
    map.for_each([&](const int &key, const large &value) {
        for (const std::uint64_t word : value.words)
            wrong += word != static_cast<std::uint64_t>(key + 2);
    });
    CHECK(wrong == 0);
    CHECK(map.size() == 300);
}

TEST_CASE("large and aligned keys are found") {
    struct hash {
        std::size_t operator()(const aligned &key) const noexcept {
            return static_cast<std::size_t>(key.number);
        }
    };
    struct equal {
        bool operator()(const aligned &a, const aligned &b) const noexcept {
            return a.number == b.number;
        }
    };
    ferry::concurrent_map<aligned, std::string, hash, equal> map;
    for (std::uint64_t i = 0; i < 500; ++i)
        CHECK(map.try_emplace(aligned{i}, std::to_string(i)));
    map.for_each([](const aligned &key, const std::string &value) {
        CHECK(reinterpret_cast<std::uintptr_t>(&key) % 64 == 0);
        CHECK(value == std::to_string(key.number));
    });
}

TEST_CASE("values without a standard layout are found, in the node and in its box") {
    static_assert(std::is_trivially_copyable_v<layered> && !std::is_standard_layout_v<layered>);
    ferry::concurrent_map<int, layered> map;
    for (std::uint32_t number = 1; number <= 3; ++number) {
        map.insert_or_assign(1, layered(number));
        CHECK(map.find(1)->number() == number);
    }
}

TEST_CASE("empty values take part") {
    ferry::concurrent_map<int, nothing> map;
    CHECK(map.try_emplace(1));
    CHECK_FALSE(map.try_emplace(1));
    CHECK_FALSE(map.insert_or_assign(1, nothing{}));
    CHECK(map.contains(1));
    CHECK(map.erase(1) == 1);
}

TEST_CASE("a key with a std::hash is hashed by it") {
    ferry::concurrent_map<point, int> map;
    for (int x = 0; x < 50; ++x) {
        for (int y = 0; y < 50; ++y)
            CHECK(map.insert(point{x, y}, x * 100 + y));
    }
    CHECK(map.size() == 2500);
    CHECK(map.get(point{7, 9}) == 709);
    CHECK_FALSE(map.contains(point{50, 0}));
}

TEST_CASE("shared pointers are let go when their elements are") {
    const auto shared = std::make_shared<int>(7);
    {
        ferry::concurrent_map<int, std::shared_ptr<int>> map;
        for (int i = 0; i < 100; ++i)
            map.insert(i, shared);
        CHECK(shared.use_count() == 101);
        const std::shared_ptr<int> copy = map.get(5).value();
        CHECK(*copy == 7);
        for (int i = 0; i < 50; ++i)
            map.erase(i);
        CHECK(reclaim_everything(map));
        CHECK(shared.use_count() == 52);
    }
    CHECK(shared.use_count() == 1);
}

TEST_CASE("a hash without an avalanche is mixed") {
    // Keys that differ in a few bits only, wherever these are: the table must not mind.
    for (const unsigned shift : {0u, 16u, 32u, 48u}) {
        CAPTURE(shift);
        ferry::concurrent_map<std::uint64_t, int, identity_hash> map;
        for (std::uint64_t i = 0; i < 10000; ++i)
            map.insert(i << shift, 1);
        CHECK(map.size() == 10000);
        CHECK(map.capacity() <= 10000 * 16);
    }
}

TEST_CASE("a specialization of ferry::hash is called as a hash, whatever else it has") {
    ferry::concurrent_map<has_unfolded, int> map;
    for (int i = 0; i < 100; ++i) {
        CHECK(map.try_emplace(has_unfolded{i}, i));
    }
    CHECK(map.get(has_unfolded{7}) == 7);
}

} // namespace api_types
