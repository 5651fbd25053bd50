// SPDX-License-Identifier: BSL-1.0

// update_and_get, upsert_and_get and compute_and_get: a copy of the value that the key then has.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/crew.hpp"
#include "support/maps.hpp"

namespace api_and_get {

using namespace ferry::test;

using int_flat_map = ferry::concurrent_flat_map<int, int>;

int incremented(const int &value) { return value + 1; }

TEST_CASE_TEMPLATE("update_and_get returns the new value", Map, int_map, int_flat_map) {
    Map map{{1, 10}};
    CHECK(map.update_and_get(1, incremented) == 11);
    CHECK(map.get(1) == 11);
    CHECK(map.update_and_get(2, incremented) == std::nullopt);
    CHECK_FALSE(map.contains(2));
}

TEST_CASE_TEMPLATE("update_and_get returns the value that stays when its function declines", Map,
                   int_map, int_flat_map) {
    Map map{{1, 10}};
    const auto declining = [](const int &) { return std::optional<int>(); };
    CHECK(map.update_and_get(1, declining) == 10);
    CHECK(map.update_and_get(2, declining) == std::nullopt);
    CHECK(map.get(1) == 10);
}

TEST_CASE_TEMPLATE("update_and_get returns nothing when the key is erased under it", Map, int_map,
                   int_flat_map) {
    Map map{{1, 10}};
    const auto erasing = [&](const int &value) {
        map.erase(1);
        return value + 1;
    };
    CHECK(map.update_and_get(1, erasing) == std::nullopt);
    CHECK(map.empty());
}

TEST_CASE_TEMPLATE("update_and_get returns what its last call made", Map, int_map, int_flat_map) {
    Map map{{1, 10}};
    int calls = 0;
    CHECK(map.update_and_get(1, [&](const int &value) -> std::optional<int> {
        if (++calls == 1) {
            map.insert_or_assign(1, 20);
            return value + 1;
        }
        return std::nullopt;
    }) == 20);
    CHECK(calls == 2);
    CHECK(map.get(1) == 20);
}

TEST_CASE_TEMPLATE("upsert_and_get returns what was inserted or what f made", Map, int_map,
                   int_flat_map) {
    Map map;
    CHECK(map.upsert_and_get(1, incremented, 5) == 5);
    CHECK(map.upsert_and_get(1, incremented, 5) == 6);
    CHECK(map.upsert_and_get(
              1, [](const int &) { return std::optional<int>(); }, 5) == 6);
    CHECK(map.get(1) == 6);
}

TEST_CASE_TEMPLATE("upsert_and_get returns the inserted value when the key went away meanwhile",
                   Map, int_map, int_flat_map) {
    Map map{{1, 10}};
    CHECK(map.upsert_and_get(
              1,
              [&](const int &value) {
                  map.erase(1);
                  return value + 1;
              },
              5) == 5);
    CHECK(map.get(1) == 5);
}

TEST_CASE_TEMPLATE("compute_and_get returns the value that the key then has", Map, int_map,
                   int_flat_map) {
    Map map{{1, 10}};
    using current = const int *;
    CHECK(map.compute_and_get(1, [](current at) { return *at + 1; }) == 11);
    CHECK(map.compute_and_get(1, [](current) { return ferry::keep; }) == 11);
    CHECK(map.compute_and_get(2, [](current) { return ferry::keep; }) == std::nullopt);
    CHECK(map.compute_and_get(2, [](current) { return std::optional<int>(7); }) == 7);
    CHECK(map.compute_and_get(2, [](current) { return ferry::erase; }) == std::nullopt);
    CHECK(map.compute_and_get(
              1, [](current) -> ferry::compute_decision<int> { return ferry::keep; }) == 11);
    CHECK(map.compute_and_get(1, [](current) { return std::optional<int>(); }) == std::nullopt);
    CHECK(map.empty());
}

TEST_CASE("a value that cannot be copied may throw, and nothing has changed") {
    {
        ferry::concurrent_map<int, counted_value> map;
        map.try_emplace(1, 10u);
        struct no_more {};
        CHECK_THROWS_AS(
            map.update_and_get(1, [](const counted_value &) -> counted_value { throw no_more(); }),
            no_more);
        CHECK(map.update_and_get(1, [](const counted_value &) { return counted_value(11); })
                  ->intact());
        CHECK(map.upsert_and_get(
                     2, [](const counted_value &) { return counted_value(11); }, 3u)
                  .intact());
    }
    CHECK(counted_value::alive() == 0);
}

// It has no move constructor.
struct throws_when_copied {
    static inline int copies_left = 0;
    int number = 0;

    explicit throws_when_copied(int n) : number(n) {}
    throws_when_copied(const throws_when_copied &other) : number(other.number) {
        if (copies_left-- == 0)
            throw std::runtime_error("no copy");
    }
    throws_when_copied &operator=(const throws_when_copied &) = delete;
};

TEST_CASE("a copy that cannot be made leaves the map as it was") {
    for (int copies = 0; copies != 8; ++copies) {
        ferry::concurrent_map<int, throws_when_copied> map;
        map.try_emplace(1, 10);
        throws_when_copied::copies_left = copies;
        bool thrown = false;
        try {
            const auto after = map.update_and_get(
                1, [](const throws_when_copied &v) { return throws_when_copied(v.number + 1); });
            CHECK(after->number == 11);
        } catch (const std::runtime_error &) {
            thrown = true;
        }
        throws_when_copied::copies_left = 100;
        CHECK(map.get(1)->number == (thrown ? 10 : 11));
        CHECK((copies != 0 || thrown));
        CHECK((copies != 7 || !thrown));
    }
}

TEST_CASE_TEMPLATE("threads that draw numbers by upsert_and_get draw each once", Map, u64_map,
                   ferry::concurrent_flat_map<std::uint64_t, std::uint64_t>) {
    constexpr std::uint64_t draws = 2000;
    Map map;
    std::vector<std::vector<std::uint64_t>> drawn(3);
    const auto found = crew(3, [&](unsigned id, findings &) {
        for (std::uint64_t i = 0; i != draws; ++i) {
            drawn[id].push_back(map.upsert_and_get(
                1, [](const std::uint64_t &last) { return last + 1; }, 1u));
            let_epochs_pass(map, i);
        }
    });
    CHECK(found.text() == "");
    std::vector<bool> seen(3 * draws + 1);
    for (const auto &each : drawn) {
        for (const std::uint64_t number : each) {
            REQUIRE(number < seen.size());
            CHECK_FALSE(seen[number]);
            seen[number] = true;
        }
    }
    CHECK(map.get(1) == 3 * draws);
}

} // namespace api_and_get
