// SPDX-License-Identifier: BSL-1.0

// insert_many, update_many and erase_many: what single calls would do, in order. (visit_many is in
// visit.cpp.)

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>

#include "support/maps.hpp"
#include "support/unpaced.hpp"

namespace api_many {

using namespace ferry::test;

namespace {

using nodes = ferry::concurrent_map<int, int>;
using cells = ferry::concurrent_flat_map<int, int>;
using node_set = ferry::concurrent_set<int>;
using cell_set = ferry::concurrent_flat_set<int>;

std::vector<int> numbers(int from, int to) {
    std::vector<int> all;
    for (int i = from; i < to; ++i)
        all.push_back(i);
    return all;
}

std::vector<std::pair<int, int>> pairs(int from, int to) {
    std::vector<std::pair<int, int>> all;
    for (int i = from; i < to; ++i)
        all.emplace_back(i, 10 * i);
    return all;
}

template <class Map, class Range>
std::size_t insert_all(Map &map, const Range &range) {
    return map.insert_many(range.begin(), range.end());
}

} // namespace

TEST_CASE_TEMPLATE("insert_many inserts what is absent, however long the range is", Map, nodes,
                   cells) {
    for (int length = 0; length < 70; ++length) {
        Map map;
        map.insert(3, 0);
        CHECK(insert_all(map, pairs(0, length)) ==
              static_cast<std::size_t>(length - (length > 3 ? 1 : 0)));
        for (int i = 0; i < length; ++i)
            CHECK(map.get(i) == (i == 3 ? 0 : 10 * i));
        CHECK_FALSE(map.contains(length == 3 ? 4 : length));
    }
}

TEST_CASE_TEMPLATE("of a key that is in the range twice the first pair is inserted", Map, nodes,
                   cells) {
    Map map;
    const std::pair<int, int> twice[] = {{1, 10}, {2, 20}, {1, 11}};
    CHECK(map.insert_many(std::begin(twice), std::end(twice)) == 2);
    CHECK(map.get(1) == 10);
}

TEST_CASE_TEMPLATE("update_many replaces what is present by what its function returns", Map, nodes,
                   cells) {
    Map map;
    insert_all(map, pairs(0, 50));
    map.erase(7);
    const auto keys = numbers(0, 100);
    std::vector<int> calls(keys.size());
    CHECK(map.update_many(keys.begin(), keys.end(), [&](std::size_t index, int value) {
        ++calls[index];
        CHECK(value == 10 * keys[index]);
        return value + 1;
    }) == 49);
    for (int i = 0; i < 100; ++i) {
        const bool there = i < 50 && i != 7;
        CHECK(calls[static_cast<std::size_t>(i)] == (there ? 1 : 0));
        CHECK(map.get(i) == (there ? std::optional(10 * i + 1) : std::nullopt));
    }
}

TEST_CASE_TEMPLATE("erase_many erases what is present", Map, nodes, cells) {
    Map map;
    insert_all(map, pairs(0, 50));
    const auto keys = numbers(40, 100);
    CHECK(map.erase_many(keys.begin(), keys.end()) == 10);
    CHECK(map.size() == 40);
    CHECK(map.contains(39));
    CHECK_FALSE(map.contains(40));
    CHECK(map.erase_many(keys.begin(), keys.end()) == 0);
}

TEST_CASE_TEMPLATE("sets insert and erase many", Set, node_set, cell_set) {
    Set set;
    const auto keys = numbers(0, 100);
    CHECK(insert_all(set, keys) == 100);
    CHECK(insert_all(set, keys) == 0);
    CHECK(set.erase_many(keys.begin() + 10, keys.end()) == 90);
    CHECK(set.size() == 10);
}

TEST_CASE_TEMPLATE("many keys are changed in the middle of migrations", Map, nodes, cells) {
    Map map;
    const int most = 20'000;
    CHECK(insert_all(map, pairs(0, most)) == most);
    CHECK(map.stats().grown > 3);
    int next = most;
    while (!map.migrating())
        map.insert(next, 10 * next), ++next;
    const auto keys = numbers(0, next);
    CHECK(map.update_many(keys.begin(), keys.end(),
                          [](std::size_t, int value) { return value + 1; }) == keys.size());
    while (!map.migrating())
        map.insert(next, 10 * next), ++next;
    CHECK(map.erase_many(keys.begin(), keys.end()) == keys.size());
    CHECK(map.size() == static_cast<std::size_t>(next) - keys.size());
}

TEST_CASE("keys are converted as single calls convert them, and moved once") {
    ferry::concurrent_map<std::string, std::unique_ptr<int>> map;
    std::vector<std::pair<std::string, std::unique_ptr<int>>> elements;
    for (int i = 0; i < 40; ++i)
        elements.emplace_back("a key that is too long to be kept inside " + std::to_string(i),
                              std::make_unique<int>(i));
    elements.emplace_back(elements[0].first, std::make_unique<int>(-1));
    CHECK(map.insert_many(std::move_iterator(elements.begin()),
                          std::move_iterator(elements.end())) == 40);
    CHECK(elements[0].first.empty());
    CHECK(elements[0].second == nullptr);
    CHECK(elements[40].second != nullptr); // was present: not moved from
    int seen = -1;
    map.visit("a key that is too long to be kept inside 39", [&](const auto &v) { seen = *v; });
    CHECK(seen == 39);

    string_map words;
    const std::pair<const char *, const char *> literals[] = {{"a", "1"}, {"b", "2"}};
    CHECK(words.insert_many(std::begin(literals), std::end(literals)) == 2);
    const char *const keys[] = {"b", "c"};
    CHECK(words.update_many(std::begin(keys), std::end(keys),
                            [](std::size_t, const std::string &value) { return value + "!"; }) ==
          1);
    CHECK(words.get("b") == "2!");
    CHECK(words.erase_many(std::begin(keys), std::end(keys)) == 1);
}

// clang 14 does not compile the views of libstdc++.
#if !defined(__clang__) || __clang_major__ >= 16
TEST_CASE_TEMPLATE("a range may make its elements as it is read", Map, nodes, cells) {
    Map map;
    const auto keys = std::views::iota(0, 100);
    const auto made =
        keys | std::views::transform([](int i) { return std::pair<int, int>(i, 10 * i); });
    CHECK(map.insert_many(made.begin(), made.end()) == 100);
    CHECK(map.update_many(keys.begin(), keys.end(),
                          [](std::size_t, int value) { return value + 1; }) == 100);
    CHECK(map.get(99) == 991);
    std::size_t found = 0;
    CHECK(map.visit_many(keys.begin(), keys.end(), [&](std::size_t, int) { ++found; }) == 100);
    CHECK(found == 100);
    CHECK(map.erase_many(keys.begin(), keys.end()) == 100);
}
#endif

namespace of_ranges {

// Its elements are made when it is indexed, although it is an iterator over references.
struct indexed_by_value {
    using iterator_category = std::random_access_iterator_tag;
    using value_type = std::pair<std::string, int>;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type *;
    using reference = const value_type &;

    const value_type *at = nullptr;

    reference operator*() const { return *at; }
    value_type operator[](difference_type n) const { return at[n]; }
    friend difference_type operator-(indexed_by_value a, indexed_by_value b) { return a.at - b.at; }
    friend bool operator==(indexed_by_value, indexed_by_value) = default;
    indexed_by_value &operator++() { return ++at, *this; }
    indexed_by_value operator++(int) { return {at++}; }
};

// A key that only becomes one from a string.
struct name {
    std::string text;

    name(std::string of) : text(std::move(of)) {} // NOLINT: converts
    friend bool operator==(const name &, const name &) = default;
};
struct name_hash {
    std::size_t operator()(const name &of) const { return std::hash<std::string>()(of.text); }
};

} // namespace of_ranges

using of_ranges::indexed_by_value;
using of_ranges::name;
using of_ranges::name_hash;

TEST_CASE("a key that is converted is not moved from before its operation") {
    std::vector<std::pair<std::string, int>> elements;
    std::vector<std::string> keys;
    for (int i = 0; i < 40; ++i) {
        keys.push_back("a name that is too long to be kept inside " + std::to_string(i));
        elements.emplace_back(keys.back(), i);
    }
    auto given = keys;
    ferry::concurrent_map<name, int, name_hash> map;
    CHECK(map.insert_many(std::move_iterator(elements.begin()),
                          std::move_iterator(elements.end())) == 40);
    CHECK(map.get(name(keys[39])) == 39);
    CHECK(map.erase_many(keys.begin(), keys.end()) == 40);
    ferry::concurrent_set<name, name_hash> set;
    CHECK(set.insert_many(std::move_iterator(given.begin()), std::move_iterator(given.end())) ==
          40);
    CHECK(set.contains(name(keys[7])));
}

TEST_CASE("an iterator's index may give a value where its star gives a reference") {
    const std::vector<std::pair<std::string, int>> elements(
        40, {"a key that is too long to be kept inside", 1});
    ferry::concurrent_map<std::string, int> map;
    CHECK(map.insert_many(indexed_by_value{elements.data()},
                          indexed_by_value{elements.data() + elements.size()}) == 1);
}

TEST_CASE_TEMPLATE("what was done before something threw stays done", Map, nodes, cells) {
    Map map;
    insert_all(map, pairs(0, 100));
    const auto keys = numbers(0, 100);
    CHECK_THROWS_AS(map.update_many(keys.begin(), keys.end(),
                                    [](std::size_t index, int value) {
                                        if (index == 42)
                                            throw std::runtime_error("no");
                                        return value + 1;
                                    }),
                    std::runtime_error);
    for (int i = 0; i < 100; ++i)
        CHECK(map.get(i) == 10 * i + (i < 42 ? 1 : 0));
    CHECK(map.erase_many(keys.begin(), keys.end()) == 100); // no pin was left
    map.reclaim();
    CHECK(map.stats().retired_objects == 0);
}

TEST_CASE("what many changes retire is freed while they go on") {
    const unpaced no_pauses;
    nodes map;
    const int most = 20'000;
    insert_all(map, pairs(0, most));
    const auto keys = numbers(0, most);
    const auto one_more = [](std::size_t, int value) { return value + 1; };
    for (int round = 0; round < 5; ++round)
        CHECK(map.update_many(keys.begin(), keys.end(), one_more) == keys.size());
    CHECK(map.stats().retired_objects < keys.size() / 2);
}

} // namespace api_many
