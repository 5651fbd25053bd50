// SPDX-License-Identifier: BSL-1.0

// Lookup with something else than the key's own type.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_heterogeneous {

using namespace ferry::test;

namespace {

// Looked up by its number alone, without making a key.
struct by_number {
    std::uint64_t number;
    friend bool operator==(const counted_key &key, const by_number &other) {
        return key.number() == other.number;
    }
};

struct number_hash {
    using is_transparent = void;
    std::size_t operator()(const counted_key &key) const noexcept {
        return static_cast<std::size_t>(key.number());
    }
    std::size_t operator()(const by_number &key) const noexcept {
        return static_cast<std::size_t>(key.number);
    }
};

using numbered_map = ferry::concurrent_map<counted_key, int, number_hash>;

} // namespace

TEST_CASE("string keys are found by views and by literals") {
    ferry::concurrent_map<std::string, int> map;
    map.insert("key", 10);
    const std::string_view view = "key and more";
    CHECK(map.get(view.substr(0, 3)) == 10);
    CHECK(map.contains("key"));
    CHECK_FALSE(map.contains(view));
    CHECK(map.count(std::string("key")) == 1);
    CHECK(map.visit(view.substr(0, 3), [](const int &value) { CHECK(value == 10); }));
    CHECK(*map.find("key") == 10);
    const auto guard = map.pin();
    CHECK(*map.find(view.substr(0, 3), guard) == 10);
    CHECK(map.update("key", [](const int &value) { return value + 1; }));
    CHECK(map.compare_exchange("key", 11, 12));
    CHECK_FALSE(map.compare_erase("key", 11));
    CHECK_FALSE(map.erase_if("key", [](const int &value) { return value == 11; }));
    CHECK(*map.extract(view.substr(0, 3)) == 12);
    CHECK(map.erase("key") == 0);
}

TEST_CASE("string keys are made from views and literals when they are inserted") {
    ferry::concurrent_map<std::string, int> map;
    const std::string_view view = "view";
    CHECK(map.try_emplace(view, 1));
    CHECK(map.try_emplace("literal", 2));
    CHECK_FALSE(map.insert_or_assign(view, 3));
    CHECK(map.insert_or_assign("another", 4));
    CHECK(map.exchange(view, 5) == 3);
    CHECK(map.upsert(
        "word", [](const int &n) { return n + 1; }, 1));
    CHECK(map.compute(view, [](const int *n) { return *n + 1; }) == ferry::compute_result::updated);
    CHECK(map.get_or_emplace("more", 7).second);
    CHECK_FALSE(map.get_or_emplace_with(view, [] { return 8; }).second);
    CHECK(map.size() == 5);
    CHECK(map.get("view") == 6);
}

TEST_CASE("embedded zeros and the empty string are keys") {
    ferry::concurrent_map<std::string, int> map;
    using namespace std::string_literals;
    CHECK(map.insert("", 1));
    CHECK(map.insert("a\0b"s, 2));
    CHECK(map.insert("a", 3));
    CHECK(map.get("a\0b"s) == 2);
    CHECK(map.get("a\0b") == 3);
    CHECK(map.get(std::string_view()) == 1);
}

TEST_CASE("views as keys are found by strings") {
    ferry::concurrent_map<std::string_view, int> map;
    map.insert("key", 10);
    CHECK(map.get(std::string("key")) == 10);
    CHECK(map.get("key") == 10);
}

TEST_CASE("a lookup with a transparent hash makes no key") {
    numbered_map map;
    for (unsigned i = 0; i < 100; ++i)
        map.try_emplace(counted_key(i), static_cast<int>(i));
    const auto made = counted_key::made();
    int wrong = 0;
    for (unsigned i = 0; i < 100; ++i) {
        wrong += map.get(by_number{i}) != static_cast<int>(i);
        wrong += !map.contains(by_number{i});
        wrong += map.contains(by_number{i + 100});
        wrong += !map.update(by_number{i}, [](const int &value) { return value; });
        wrong += map.erase(by_number{i}) != 1;
    }
    CHECK(wrong == 0);
    CHECK(counted_key::made() == made);
}

TEST_CASE("a key of another type is converted when the hash is not transparent") {
    u64_map map;
    map.insert(1, 10);
    const int key = 1;
    const short small = 1;
    CHECK(map.get(key) == 10);
    CHECK(*map.find(key) == 10);
    CHECK(map.contains(small));
    CHECK(map.count(key) == 1);
    CHECK(map.visit(key, [](const std::uint64_t &) {}));
    const auto guard = map.pin();
    CHECK(*map.find(key, guard) == 10);
    CHECK_FALSE(map.try_emplace(key, 11u));
    CHECK_FALSE(map.insert_or_assign(key, 12u));
    CHECK(map.update(key, [](const std::uint64_t &value) { return value + 1; }));
    CHECK(map.erase(key) == 1);
    CHECK_FALSE(map.contains(1u));
}

TEST_CASE("a negative number is converted before it is hashed, not after") {
    u64_map map;
    map.insert(~std::uint64_t{0}, 10);
    CHECK(map.get(-1) == 10);
}

} // namespace api_heterogeneous
