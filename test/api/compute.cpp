// SPDX-License-Identifier: BSL-1.0

// compute: one function decides about insert, update and erase.

#include <optional>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

namespace api_compute {

using namespace ferry::test;
using ferry::compute_result;

TEST_CASE("compute shows nullptr when the key is absent, the value when it is present") {
    int_map map{{1, 10}};
    CHECK(map.compute(1, [](const int *current) {
        REQUIRE(current != nullptr);
        CHECK(*current == 10);
        return ferry::keep;
    }) == compute_result::unchanged);
    CHECK(map.compute(2, [](const int *current) {
        CHECK(current == nullptr);
        return ferry::keep;
    }) == compute_result::unchanged);
    CHECK(map.get(1) == 10);
    CHECK_FALSE(map.contains(2));
}

TEST_CASE("compute inserts or updates with a value returned") {
    int_map map;
    const auto next = [](const int *current) { return current != nullptr ? *current + 1 : 1; };
    CHECK(map.compute(1, next) == compute_result::inserted);
    CHECK(map.compute(1, next) == compute_result::updated);
    CHECK(map.get(1) == 2);
    map.erase(1);
    CHECK(map.compute(1, next) == compute_result::inserted);
    CHECK(map.get(1) == 1);
    CHECK(map.size() == 1);
}

TEST_CASE("compute erases when told so") {
    int_map map{{1, 10}};
    const auto drop = [](const int *) { return ferry::erase; };
    CHECK(map.compute(1, drop) == compute_result::erased);
    CHECK_FALSE(map.contains(1));
    CHECK(map.empty());
    CHECK(map.compute(1, drop) == compute_result::unchanged);
    CHECK(map.compute(2, drop) == compute_result::unchanged);
}

TEST_CASE("compute takes an optional, nothing meaning erase") {
    int_map map;
    const auto flip = [](const int *current) {
        return current != nullptr ? std::nullopt : std::optional<int>(10);
    };
    CHECK(map.compute(1, flip) == compute_result::inserted);
    CHECK(map.get(1) == 10);
    CHECK(map.compute(1, flip) == compute_result::erased);
    CHECK_FALSE(map.contains(1));
    CHECK(map.compute(1, [](const int *) { return std::optional<int>(); }) ==
          compute_result::unchanged);
}

TEST_CASE("compute takes a decision when the function has several") {
    int_map map;
    const auto decide = [](const int *current) -> ferry::compute_decision<int> {
        if (current == nullptr)
            return 1;
        if (*current == 3)
            return ferry::erase;
        if (*current == 2)
            return ferry::keep;
        return *current + 1;
    };
    CHECK(map.compute(1, decide) == compute_result::inserted);
    CHECK(map.compute(1, decide) == compute_result::updated);
    CHECK(map.compute(1, decide) == compute_result::unchanged);
    map.insert_or_assign(1, 3);
    CHECK(map.compute(1, decide) == compute_result::erased);
    CHECK(map.empty());
}

TEST_CASE("compute runs its function again when another got in between") {
    int_map map{{1, 10}};
    std::vector<int> seen;
    CHECK(map.compute(1, [&](const int *current) {
        seen.push_back(current != nullptr ? *current : -1);
        if (seen.size() == 1)
            map.insert_or_assign(1, 20);
        if (seen.size() == 2)
            map.erase(1);
        return 30;
    }) == compute_result::inserted);
    CHECK(seen == std::vector<int>{10, 20, -1});
    CHECK(map.get(1) == 30);
}

TEST_CASE("compute runs its function again when the absent key was inserted meanwhile") {
    int_map map;
    std::vector<int> seen;
    CHECK(map.compute(1, [&](const int *current) {
        seen.push_back(current != nullptr ? *current : -1);
        if (seen.size() == 1)
            map.insert(1, 10);
        return seen.back() + 1;
    }) == compute_result::updated);
    CHECK(seen == std::vector<int>{-1, 10});
    CHECK(map.get(1) == 11);
    CHECK(map.size() == 1);
}

TEST_CASE("compute does not erase an element that was replaced meanwhile without looking again") {
    int_map map{{1, 10}};
    int calls = 0;
    CHECK(map.compute(1, [&](const int *current) -> ferry::compute_decision<int> {
        if (++calls == 1)
            map.insert_or_assign(1, 20);
        if (*current == 10)
            return ferry::erase;
        return ferry::keep;
    }) == compute_result::unchanged);
    CHECK(calls == 2);
    CHECK(map.get(1) == 20);
}

TEST_CASE_TEMPLATE("what compute does is what its function answered last", value, int,
                   counted_value) {
    // The key comes just after the function was told that it is absent, goes just after it was told
    // that it is there, and so on; an erased key's node stays, or is dropped at once.
    const auto run = [](unsigned changes, bool erases_at_last, bool drop_on_erase) {
        ferry::concurrent_map<int, value> map(ferry::options{.drop_on_erase = drop_on_erase});
        unsigned calls = 0;
        bool saw_it = false;
        const compute_result result =
            map.compute(1, [&](const value *current) -> ferry::compute_decision<value> {
                saw_it = current != nullptr;
                if (calls < changes) {
                    if (saw_it)
                        map.erase(1);
                    else
                        map.try_emplace(1, 100u + calls);
                }
                ++calls;
                if (saw_it && erases_at_last)
                    return ferry::erase;
                return value(static_cast<unsigned>(calls));
            });
        CHECK(calls == changes + 1);
        CHECK(saw_it == (changes % 2 == 1));
        const bool erased = saw_it && erases_at_last;
        CHECK(result == (erased   ? compute_result::erased
                         : saw_it ? compute_result::updated
                                  : compute_result::inserted));
        CHECK(map.contains(1) == !erased);
        if (!erased)
            CHECK(*map.find(1) == value(changes + 1));
        // Its node, however it came to be, is freed while the map lives.
        map.erase(1);
        map.shrink_to_fit();
        CHECK(reclaim_everything(map));
        CHECK(map.stats().node_bytes == 0);
    };
    for (unsigned changes = 0; changes < 7; ++changes)
        for (const bool erases_at_last : {false, true})
            for (const bool drop_on_erase : {false, true})
                run(changes, erases_at_last, drop_on_erase);
    CHECK(counted_value::alive() == 0);
}

TEST_CASE("values that compute made in vain are destroyed") {
    {
        ferry::concurrent_map<int, counted_value> map;
        map.try_emplace(1, 10u);
        int calls = 0;
        map.compute(1, [&](const counted_value *current) {
            CHECK(current->intact());
            if (++calls < 10)
                map.insert_or_assign(1, counted_value(100));
            return counted_value(7);
        });
        CHECK(calls == 10);
        CHECK(map.find(1)->number() == 7);
        CHECK(reclaim_everything(map));
        CHECK(counted_value::alive() == 1);
    }
    CHECK(counted_value::alive() == 0);
}

} // namespace api_compute
