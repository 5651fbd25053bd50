// SPDX-License-Identifier: BSL-1.0

// Copies of maps, and comparisons.

#include <string>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>
#include <ferry/inline_string.hpp>

#include "support/maps.hpp"

namespace api_copies {

using namespace ferry::test;

template <class Map>
void check_copies(const Map &map) {
    auto copies = map.snapshot_map();
    CHECK(copies == map);
    map.for_each([&](const auto &key, const auto &value) { CHECK(copies.get(key) == value); });
    CHECK(copies.size() == map.size());
    copies.clear();
    CHECK(copies != map);
    CHECK(map.size() == 3);
}

TEST_CASE("a copy of a map has its elements and is another map") {
    check_copies(int_map{{1, 10}, {2, 20}, {3, 30}});
    check_copies(string_map{{"a", "x"}, {"b", "y"}, {"c", "z"}});
    check_copies(ferry::concurrent_flat_map<int, int>{{1, 10}, {2, 20}, {3, 30}});
    ferry::concurrent_map<ferry::inline_string, int> named;
    named.insert_or_assign("a", 1);
    named.insert_or_assign("b", 2);
    named.insert_or_assign("c", 3);
    check_copies(named);
}

TEST_CASE("maps are equal if they have the same keys with equal values") {
    const int_map map{{1, 10}, {2, 20}};
    CHECK(map == int_map{{2, 20}, {1, 10}});
    CHECK(map != int_map{{1, 10}});
    CHECK(map != int_map{{1, 10}, {2, 21}});
    CHECK(map != int_map{{1, 10}, {3, 20}});
    CHECK(int_map{} == int_map{});
}

TEST_CASE("sets are equal if they have the same keys") {
    const ferry::concurrent_set<int> set{1, 2};
    CHECK(set == ferry::concurrent_set<int>{2, 1});
    CHECK(set != ferry::concurrent_set<int>{1, 3});
    CHECK(ferry::concurrent_flat_set<int>{1, 2} == ferry::concurrent_flat_set<int>{2, 1});
    CHECK(ferry::concurrent_flat_set<int>{1, 2} != ferry::concurrent_flat_set<int>{1});
}

} // namespace api_copies
