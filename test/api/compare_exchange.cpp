// SPDX-License-Identifier: BSL-1.0

// compare_exchange: replaces the value expected and no other.

#include <string>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/maps.hpp"

namespace api_compare_exchange {

using namespace ferry::test;

TEST_CASE("compare_exchange replaces the value expected") {
    int_map map{{1, 10}};
    CHECK(map.compare_exchange(1, 10, 11));
    CHECK(map.get(1) == 11);
    CHECK(map.size() == 1);
}

TEST_CASE("compare_exchange keeps another value") {
    int_map map{{1, 10}};
    CHECK_FALSE(map.compare_exchange(1, 9, 11));
    CHECK(map.get(1) == 10);
}

TEST_CASE("compare_exchange does not insert") {
    int_map map{{1, 10}};
    map.erase(1);
    CHECK_FALSE(map.compare_exchange(1, 10, 11));
    CHECK_FALSE(map.compare_exchange(2, 0, 11));
    CHECK(map.empty());
}

TEST_CASE("compare_exchange compares values, not addresses") {
    string_map map;
    map.insert("key", "one");
    CHECK(map.compare_exchange("key", std::string("one"), "two"));
    CHECK_FALSE(map.compare_exchange("key", std::string("one"), "three"));
    CHECK(map.get("key") == "two");
}

} // namespace api_compare_exchange
