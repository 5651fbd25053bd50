// SPDX-License-Identifier: BSL-1.0

// inline_string as the Key: strings in the nodes, given and shown as views.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>
#include <ferry/inline_string.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_inline_string {

using namespace ferry::test;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

using number_map = ferry::concurrent_map<ferry::inline_string, std::uint64_t>;
using text_map = ferry::concurrent_map<ferry::inline_string, std::string>;
using key_set = ferry::concurrent_set<ferry::inline_string>;

static_assert(std::is_same_v<number_map::key_type, std::string_view>);
static_assert(std::is_same_v<key_set::value_type, std::string_view>);
static_assert(std::is_same_v<decltype(std::declval<number_map &>().snapshot()),
                             std::vector<std::pair<std::string, std::uint64_t>>>);
static_assert(
    std::is_same_v<decltype(std::declval<key_set &>().snapshot()), std::vector<std::string>>);
static_assert(!std::is_default_constructible_v<ferry::inline_string>);

// Keys of all lengths up to a few cache lines, then some long ones.
std::string key_of(std::size_t number) {
    std::string key(number < 300 ? number : number % 1000, '/');
    for (std::size_t i = 0; i < key.size(); ++i)
        key[i] = static_cast<char>((number * 131 + i * 7) % 256);
    return key + std::to_string(number);
}

std::vector<std::string> keys_between(std::size_t from, std::size_t to) {
    std::vector<std::string> all;
    for (std::size_t i = from; i < to; ++i)
        all.push_back(key_of(i));
    return all;
}

} // namespace

TEST_CASE("every call takes whatever converts to a view") {
    number_map map;
    const std::string string = "string";
    const char *const pointer = "pointer";
    CHECK(map.insert("literal", 1));
    CHECK(map.insert(string, 2));
    CHECK(map.insert(std::string_view(pointer), 3));
    CHECK(map.insert(std::pair("pair", 4u)));
    CHECK(map.try_emplace("temporary"s, 5u));
    CHECK(map.try_emplace(pointer, 6u) == false);
    CHECK(map.insert_or_assign("literal", 10u) == false);
    CHECK(map.exchange(string, 20u) == 2);
    CHECK(map.get_or_emplace("literal"s).second == false);
    CHECK(map.get_or_emplace_with("made", [] { return 7u; }).second);
    CHECK(map.update("literal"sv, [](std::uint64_t n) { return n + 1; }));
    CHECK(map.upsert(
              pointer, [](std::uint64_t n) { return n + 1; }, 0u) == false);
    CHECK(map.compute(string, [](const std::uint64_t *n) { return *n + 1; }) ==
          ferry::compute_result::updated);
    CHECK(map.compare_exchange("pair", 4, 40));
    CHECK(map.insert_range(std::vector<std::pair<std::string, int>>{{"range", 8}, {"pair", 0}}) ==
          1);

    CHECK(map.get("literal"s) == 11);
    CHECK(map.get(string) == 21);
    CHECK(map.get("pointer") == 4);
    CHECK(map.contains("temporary"));
    CHECK(map.count("absent"s) == 0);
    CHECK(map.visit("pair"sv, [](std::uint64_t n) { CHECK(n == 40); }));
    CHECK(*map.find("made") == 7);
    const auto guard = map.pin();
    CHECK(*map.find(pointer, guard) == 4);
    CHECK(map.find("absent", guard) == nullptr);
    CHECK(map.size() == 7);

    CHECK(map.extract("made").key() == "made");
    CHECK(map.compare_erase("pair", 40));
    CHECK(map.erase_if("range", [](std::uint64_t n) { return n == 8; }));
    CHECK(map.erase(pointer) == 1);
    CHECK(map.erase(string) == 1);
    CHECK(map.erase("temporary"s) == 1);
    CHECK(map.size() == 1);
}

TEST_CASE("a map of inline strings is made of pairs, of a range, and of another map") {
    const number_map listed{{"a", 1}, {"b", 2}, {"a", 3}};
    CHECK(listed.size() == 2);
    CHECK(listed.get("a") == 1);
    const std::map<std::string, int> pairs{{"a", 1}, {"c", 3}};
    number_map ranged(pairs.begin(), pairs.end());
    CHECK(ranged.get("c") == 3);
    number_map moved = std::move(ranged);
    CHECK(moved.size() == 2);
    const key_set set{"a", "b", "a"};
    CHECK(set.size() == 2);
}

TEST_CASE("keys are compared by length and by each of their characters") {
    text_map map;
    const std::string many(4096, 'x');
    std::vector<std::string> all{"",      "\0"s,       "\0\0"s, "a",           "a\0"s, "a\0b"s,
                                 "a\0c"s, "\xff\x80"s, "a b",   key_of(12345), many,   many + 'y'};
    all.push_back(many);
    all.back().back() = 'y';
    for (const std::string &key : all)
        CHECK(map.insert(key, key));
    for (const std::string &key : all) {
        CHECK(map.get(key) == key);
        CHECK(map.find(key).key() == key);
        CHECK_FALSE(map.insert(key, "again"));
    }
    CHECK(map.get(std::string_view()) == "");
    CHECK(map.size() == all.size());
    CHECK_FALSE(map.contains(std::string(4094, 'x')));
    for (const std::string &key : all)
        CHECK(map.erase(key) == 1);
    CHECK(map.empty());
}

TEST_CASE("the map keeps the characters, not the string that was given") {
    number_map map;
    {
        std::string given = "a string whose memory is used again for something else";
        map.insert(given, 1);
        given.assign(given.size(), '?');
    }
    CHECK(map.get("a string whose memory is used again for something else") == 1);
}

TEST_CASE("a shown key stays readable while its handle or guard lives") {
    text_map map;
    map.insert("a key that is erased while it is shown", "value");
    const auto guard = map.pin();
    auto items = map.items(guard);
    const auto [key, value] = *items.begin();
    const auto handle = map.extract("a key that is erased while it is shown");
    map.shrink_to_fit();
    map.reclaim();
    CHECK(key == "a key that is erased while it is shown");
    CHECK(handle.key() == key);
    CHECK(handle.key().data() == key.data());
    CHECK(*handle == value);
}

TEST_CASE("a set of strings shows views") {
    key_set set;
    CHECK(set.insert("one"));
    CHECK_FALSE(set.insert("one"s));
    const auto handle = set.find("one");
    CHECK(*handle == "one");
    CHECK(handle->size() == 3);
    CHECK(set.visit("one", [](std::string_view key) { CHECK(key == "one"); }));
    const auto guard = set.pin();
    CHECK(set.find("one", guard) == std::optional("one"sv));
    CHECK(set.find("two", guard) == std::nullopt);
    CHECK(set.insert_range(std::vector{"two"s, "three"s}) == 2);
    const auto more = keys_between(0, 100);
    CHECK(set.insert_many(more.begin(), more.end()) == 100);
    CHECK(set.erase_many(more.begin(), more.end()) == 100);
    CHECK(set.erase_if([](std::string_view key) { return key.starts_with('t'); }) == 2);
    std::vector<std::string_view> items;
    for (const std::string_view key : set.items(guard))
        items.push_back(key);
    CHECK(items == std::vector{"one"sv});
    CHECK(set.snapshot() == std::vector{"one"s});
}

TEST_CASE("each key of a map that grows, sweeps and shrinks is shown once") {
    number_map map;
    const std::size_t most = 20'000;
    for (std::size_t i = 0; i < most; ++i)
        REQUIRE(map.insert(key_of(i), i));
    CHECK(map.stats().grown > 3);
    for (std::size_t i = 0; i < most; i += 2)
        REQUIRE(map.erase(key_of(i)) == 1);
    for (std::size_t i = most; i < 2 * most; ++i) {
        REQUIRE(map.insert(key_of(i), i));
        REQUIRE(map.erase(key_of(i)) == 1);
    }
    CHECK(map.stats().swept > 0);
    map.shrink_to_fit();
    CHECK(map.stats().dead == 0);

    std::map<std::string, std::uint64_t> expected;
    for (std::size_t i = 1; i < most; i += 2)
        expected.emplace(key_of(i), i);
    const auto is_all = [&](auto &&shown) {
        return std::map<std::string, std::uint64_t>(shown.begin(), shown.end()) == expected &&
               shown.size() == expected.size();
    };
    CHECK(is_all(map.snapshot()));
    std::vector<std::pair<std::string, std::uint64_t>> seen;
    map.for_each([&](std::string_view key, std::uint64_t n) { seen.emplace_back(key, n); });
    CHECK(is_all(seen));
    seen.clear();
    for (std::size_t part = 0; part < 3; ++part)
        map.for_each(part, 3, [&](auto key, std::uint64_t n) { seen.emplace_back(key, n); });
    CHECK(is_all(seen));
    seen.clear();
    const auto guard = map.pin();
    for (const auto &[key, n] : map.items(guard))
        seen.emplace_back(key, n);
    CHECK(is_all(seen));
    CHECK(map.erase_if([](std::string_view, std::uint64_t n) { return n % 3 == 0; }) == 3333);
    CHECK(map.for_each_while([](std::string_view, std::uint64_t n) { return n % 3 != 0; }));
    map.clear();
    CHECK(map.empty());
}

TEST_CASE("many strings are inserted, visited, updated and erased at a time") {
    number_map map;
    const auto all = keys_between(0, 100);
    std::vector<std::pair<std::string, std::uint64_t>> pairs;
    for (std::size_t i = 0; i < 60; ++i)
        pairs.emplace_back(all[i], i);
    CHECK(map.insert_many(pairs.begin(), pairs.end()) == 60);
    std::size_t wrong = 0;
    CHECK(map.update_many(all.begin() + 40, all.end(),
                          [](std::size_t, std::uint64_t n) { return n + 1; }) == 20);
    const std::vector<std::string_view> views(all.begin(), all.end());
    CHECK(map.visit_many(views.begin(), views.end(), [&](std::size_t at, std::uint64_t n) {
        wrong += n != at + (at >= 40 ? 1 : 0);
    }) == 60);
    CHECK(wrong == 0);
    const char *const pointers[] = {"absent", "absent, too"};
    CHECK(map.erase_many(std::begin(pointers), std::end(pointers)) == 0);
    CHECK(map.erase_many(all.begin() + 40, all.end()) == 20);
    CHECK(map.size() == 40);
}

// clang 14 does not compile the views of libstdc++.
#if !defined(__clang__) || __clang_major__ >= 16
TEST_CASE("a range may make its strings as it is read") {
    number_map map;
    const auto numbers = std::views::iota(std::size_t{40}, std::size_t{90});
    const auto pair_of = [](std::size_t i) { return std::pair(key_of(i), std::uint64_t{i}); };
    const auto pairs = numbers | std::views::transform(pair_of);
    CHECK(map.insert_many(pairs.begin(), pairs.end()) == 50);
    CHECK(map.get(key_of(89)) == 89);
    const auto keys = numbers | std::views::transform(key_of);
    std::size_t wrong = 0;
    CHECK(map.update_many(keys.begin(), keys.end(),
                          [](std::size_t, std::uint64_t n) { return n + 1; }) == 50);
    CHECK(map.visit_many(keys.begin(), keys.end(),
                         [&](std::size_t at, std::uint64_t n) { wrong += n != at + 41; }) == 50);
    CHECK(wrong == 0);
    CHECK(map.erase_many(keys.begin(), keys.end()) == 50);
    CHECK(map.empty());
}
#endif

TEST_CASE("hash and equality of the user's own take views") {
    struct folded_hash {
        std::size_t operator()(std::string_view key) const {
            std::string folded;
            for (const unsigned char c : key)
                folded += static_cast<char>(std::tolower(c));
            return std::hash<std::string>()(folded);
        }
    };
    struct folded_equal {
        bool operator()(std::string_view a, std::string_view b) const {
            return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) {
                return std::tolower(x) == std::tolower(y);
            });
        }
    };
    ferry::concurrent_map<ferry::inline_string, int, folded_hash, folded_equal> map;
    CHECK(map.insert("Content-Length", 1));
    CHECK_FALSE(map.insert("content-length"s, 2));
    CHECK(map.get("CONTENT-LENGTH") == 1);
    CHECK(map.find("CONTENT-LENGTH").key() == "Content-Length");
    const std::string names[] = {"content-LENGTH", "content-type"};
    CHECK(map.visit_many(std::begin(names), std::end(names), [](std::size_t, int) {}) == 1);
}

TEST_CASE("erased strings are dropped at once where the map is told to") {
    ferry::concurrent_map<ferry::inline_string, counted_value> map(
        ferry::options{.drop_on_erase = true});
    for (std::uint64_t round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < 2000; ++i)
            REQUIRE(map.try_emplace(key_of(i), round));
        for (std::size_t i = 0; i < 2000; ++i)
            REQUIRE(map.erase(key_of(i)) == 1);
    }
    CHECK(map.stats().dead < 100);
    CHECK(reclaim_everything(map));
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

} // namespace api_inline_string
