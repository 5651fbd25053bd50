// SPDX-License-Identifier: BSL-1.0

// concurrent_set: keys alone.

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_set.hpp>

#include "support/counted.hpp"

namespace api_concurrent_set {

using namespace ferry::test;

using int_set = ferry::concurrent_set<int>;

static_assert(!std::is_copy_constructible_v<int_set>);
static_assert(std::is_move_constructible_v<int_set>);

TEST_CASE("a set contains what was inserted") {
    int_set set;
    CHECK(set.empty());
    CHECK(set.insert(1));
    CHECK_FALSE(set.insert(1));
    CHECK(set.contains(1));
    CHECK(set.count(1) == 1);
    CHECK(set.count(2) == 0);
    CHECK(set.size() == 1);
}

TEST_CASE("a set loses what was erased and takes it back") {
    int_set set;
    for (int round = 0; round < 50; ++round) {
        CHECK(set.insert(1));
        CHECK(set.erase(1) == 1);
        CHECK(set.erase(1) == 0);
        CHECK_FALSE(set.contains(1));
    }
    CHECK(set.empty());
}

TEST_CASE("visit and find show the key in the set") {
    ferry::concurrent_set<std::string> set;
    set.insert("a key longer than any small-string buffer");
    int calls = 0;
    CHECK(set.visit("a key longer than any small-string buffer", [&](const std::string &key) {
        ++calls;
        CHECK(key.size() == 41);
    }));
    CHECK_FALSE(set.visit("other", [&](const std::string &) { ++calls; }));
    CHECK(calls == 1);

    const auto handle = set.find(std::string_view("a key longer than any small-string buffer"));
    REQUIRE(handle);
    CHECK(handle->size() == 41);
    CHECK(*handle == handle.key());
    CHECK_FALSE(set.find("other"));

    const auto guard = set.pin();
    const std::string *const key = set.find("a key longer than any small-string buffer", guard);
    REQUIRE(key != nullptr);
    CHECK(key == &*handle);
    CHECK(set.find("other", guard) == nullptr);
}

TEST_CASE("an extracted key is readable through its handle") {
    ferry::concurrent_set<counted_key, counted_hash> set;
    set.insert(counted_key(1));
    {
        const auto handle = set.extract(counted_key(1));
        REQUIRE(handle);
        CHECK_FALSE(set.contains(counted_key(1)));
        set.reclaim();
        CHECK(handle->intact());
        CHECK(handle->number() == 1);
    }
    CHECK_FALSE(set.extract(counted_key(1)));
}

TEST_CASE("a set grows, is iterated, filtered and cleared") {
    int_set set;
    for (int i = 0; i < 5000; ++i)
        set.insert(i);
    CHECK(set.size() == 5000);
    CHECK(set.stats().grown >= 2);

    std::vector<int> keys;
    set.for_each([&](const int &key) { keys.push_back(key); });
    std::sort(keys.begin(), keys.end());
    CHECK(keys.size() == 5000);
    CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());

    std::vector<int> snapshot = set.snapshot();
    std::sort(snapshot.begin(), snapshot.end());
    CHECK(snapshot == keys);

    std::vector<int> items;
    {
        const auto guard = set.pin();
        for (const int &key : set.items(guard))
            items.push_back(key);
    }
    std::sort(items.begin(), items.end());
    CHECK(items == keys);

    CHECK(set.erase_if([](const int &key) { return key % 2 == 0; }) == 2500);
    CHECK(set.contains(1));
    CHECK_FALSE(set.contains(2));
    set.clear();
    CHECK(set.empty());
}

TEST_CASE("the parts of a set's for_each together see each key exactly once") {
    int_set set;
    for (int i = 0; i < 1000; ++i)
        set.insert(i);
    std::vector<int> times(1000);
    for (std::size_t part = 0; part < 4; ++part)
        set.for_each(part, 4, [&](const int &key) { ++times[static_cast<std::size_t>(key)]; });
    CHECK(std::all_of(times.begin(), times.end(), [](int n) { return n == 1; }));
}

TEST_CASE("a set has the capacity and the upkeep of a map") {
    int_set set;
    set.reserve(3000);
    CHECK(set.capacity() >= 3000);
    CHECK_FALSE(set.migrating());
    CHECK_FALSE(set.migrate());
    CHECK(set.load_factor() == 0.0);
    set.shrink_to_fit();
    CHECK(set.capacity() < 3000);
    set.insert(1);
    set.erase(1);
    set.reclaim();
    CHECK(set.stats().live == 0);
}

TEST_CASE("the keys of a destroyed set are destroyed once") {
    {
        ferry::concurrent_set<counted_key, counted_hash> set;
        for (unsigned i = 0; i < 2000; ++i) {
            set.insert(counted_key(i));
            if (i % 2 == 0)
                set.erase(counted_key(i));
        }
        ferry::concurrent_set<counted_key, counted_hash> other = std::move(set);
        CHECK(other.size() == 1000);
    }
    CHECK(counted_key::alive() == 0);
    CHECK(counted_key::damaged() == 0);
}

} // namespace api_concurrent_set
