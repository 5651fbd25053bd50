// SPDX-License-Identifier: BSL-1.0

// hash_function, key_eq, get_allocator: the map uses the objects it was given.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/ledger.hpp"
#include "support/maps.hpp"

namespace api_observers {

using namespace ferry::test;

namespace {

struct salted_hash {
    std::uint64_t salt = 0;
    std::size_t operator()(int key) const noexcept {
        return static_cast<std::size_t>(static_cast<std::uint64_t>(key) ^ salt);
    }
};

struct modulo_equal {
    int modulus = 1;
    bool operator()(int a, int b) const noexcept { return a % modulus == b % modulus; }
};

struct modulo_hash {
    int modulus = 1;
    std::size_t operator()(int key) const noexcept {
        return static_cast<std::size_t>(key % modulus);
    }
};

} // namespace

TEST_CASE("the observers return what the map was built with") {
    using map_type = ferry::concurrent_map<int, int, salted_hash, modulo_equal,
                                           ledger_allocator<std::pair<const int, int>>>;
    ledger book;
    const map_type map(16, salted_hash{99}, modulo_equal{1000},
                       ledger_allocator<std::pair<const int, int>>(book));
    CHECK(map.hash_function().salt == 99);
    CHECK(map.key_eq().modulus == 1000);
    CHECK(map.get_allocator().book() == &book);
}

TEST_CASE("the map hashes and compares with the objects it was given") {
    ferry::concurrent_map<int, int, modulo_hash, modulo_equal> map(
        ferry::options{}, modulo_hash{10}, modulo_equal{10});
    CHECK(map.insert(3, 30));
    CHECK_FALSE(map.insert(13, 31));
    CHECK(map.get(23) == 30);
    CHECK(map.find(23).key() == 3);
    CHECK(map.erase(33) == 1);
    CHECK(map.empty());
}

TEST_CASE("the default hash is seeded for each map") {
    const string_map a;
    const string_map b;
    CHECK(a.hash_function()("key") == a.hash_function()("key"));
    CHECK(a.hash_function()("key") != b.hash_function()("key"));
    const u64_map c;
    const u64_map d;
    CHECK(c.hash_function()(1) != d.hash_function()(1));
}

TEST_CASE("a moved map takes its hash along") {
    string_map from{{"key", "value"}};
    const auto before = from.hash_function()("key");
    const string_map to = std::move(from);
    CHECK(to.hash_function()("key") == before);
    CHECK(to.get("key") == "value");
}

} // namespace api_observers
