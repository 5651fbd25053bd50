// SPDX-License-Identifier: BSL-1.0

// for_each, its parts, for_each_while.

#include <algorithm>
#include <cstddef>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/maps.hpp"

namespace api_for_each {

using namespace ferry::test;

namespace {

// How often each of the keys 0 ... count-1 was seen.
class sightings {
public:
    explicit sightings(int count) : times_(static_cast<std::size_t>(count)) {}

    void operator()(const int &key, const int &value) {
        CHECK(value == key * 2);
        ++times_.at(static_cast<std::size_t>(key));
    }

    bool all_once() const {
        return std::all_of(times_.begin(), times_.end(), [](int n) { return n == 1; });
    }

private:
    std::vector<int> times_;
};

int filled(int_map &map, int count) {
    for (int i = 0; i < count; ++i)
        map.insert(i, i * 2);
    return count;
}

} // namespace

TEST_CASE("for_each sees each element exactly once") {
    for (const int count : {0, 1, 2, 10, 100, 5000}) {
        CAPTURE(count);
        int_map map;
        sightings seen(filled(map, count));
        map.for_each([&](const int &key, const int &value) { seen(key, value); });
        CHECK(seen.all_once());
    }
}

TEST_CASE("for_each does not see what was erased") {
    int_map map;
    filled(map, 1000);
    for (int i = 0; i < 1000; ++i) {
        if (i % 3 != 0)
            map.erase(i);
    }
    std::size_t calls = 0;
    map.for_each([&](const int &key, const int &) {
        ++calls;
        CHECK(key % 3 == 0);
    });
    CHECK(calls == 334);
}

TEST_CASE("for_each shows key and value where they are") {
    int_map map{{1, 10}};
    const auto guard = map.pin();
    map.for_each([&](const int &, const int &value) { CHECK(&value == map.find(1, guard)); });
}

TEST_CASE("the function of for_each may erase what it sees") {
    int_map map;
    sightings seen(filled(map, 1000));
    map.for_each([&](const int &key, const int &value) {
        seen(key, value);
        CHECK(map.erase(key) == 1);
        CHECK(value == key * 2);
    });
    CHECK(seen.all_once());
    CHECK(map.empty());
}

TEST_CASE("the function of for_each may make the table grow and misses nothing") {
    int_map map;
    const int count = filled(map, 200);
    sightings seen(count);
    int next = count;
    map.for_each([&](const int &key, const int &value) {
        if (key < count)
            seen(key, value);
        for (int i = 0; i < 20 && next < 4000; ++i, ++next)
            map.insert(next, next * 2);
    });
    CHECK(seen.all_once());
    CHECK(map.stats().grown >= 1);
}

TEST_CASE("the parts of for_each together see each element exactly once") {
    for (const std::size_t parts : {1u, 2u, 3u, 5u, 7u, 16u, 100u, 1000u}) {
        CAPTURE(parts);
        int_map map;
        sightings seen(filled(map, 3000));
        for (std::size_t part = 0; part < parts; ++part)
            map.for_each(part, parts, [&](const int &key, const int &value) { seen(key, value); });
        CHECK(seen.all_once());
    }
}

TEST_CASE("more parts than there are buckets are fine") {
    int_map map;
    sightings seen(filled(map, 5));
    for (std::size_t part = 0; part < 4096; ++part)
        map.for_each(part, 4096, [&](const int &key, const int &value) { seen(key, value); });
    CHECK(seen.all_once());
}

TEST_CASE("parts read before and after a growth together miss nothing") {
    // Each key's part depends on its hash alone, so that the shares fit each other whenever they
    // are read.
    int_map map;
    const int count = filled(map, 500);
    sightings seen(count);
    int next = count;
    for (std::size_t part = 0; part < 8; ++part) {
        map.for_each(part, 8, [&](const int &key, const int &value) {
            if (key < count)
                seen(key, value);
        });
        for (int i = 0; i < 1000; ++i, ++next)
            map.insert(next, next * 2);
    }
    CHECK(seen.all_once());
}

TEST_CASE("for_each_while stops when told so") {
    int_map map;
    filled(map, 100);
    int calls = 0;
    CHECK_FALSE(map.for_each_while([&](const int &, const int &) { return ++calls < 10; }));
    CHECK(calls == 10);
}

TEST_CASE("for_each_while that is not stopped sees each element exactly once") {
    int_map map;
    sightings seen(filled(map, 1000));
    CHECK(map.for_each_while([&](const int &key, const int &value) {
        seen(key, value);
        return true;
    }));
    CHECK(seen.all_once());
    const int_map empty;
    CHECK(empty.for_each_while([](const int &, const int &) { return false; }));
}

} // namespace api_for_each
