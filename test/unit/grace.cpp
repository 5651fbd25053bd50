// SPDX-License-Identifier: BSL-1.0

// How long what a map lets go of waits, in advances of the epoch.

#include <cstdint>

#include <doctest/doctest.h>

#include "open_map.hpp"
#include "support/counted.hpp"

namespace unit_grace {

using namespace ferry::test;
using ferry::detail::epoch_value;
using ferry::detail::grace_epochs;
using ferry::detail::link_word;
using ferry::detail::retired_kind;

namespace {

using map_type = open_map<counted_key, counted_value, counted_hash>;

// Advances the epoch, and lets the map drain after each advance, until `gone()`; how many
// advances that took.
template <class Gone>
unsigned advances_until(map_type &map, Gone &&gone) {
    for (unsigned done = 0; done < 50; ++done) {
        if (gone())
            return done;
        REQUIRE(map.home.try_advance());
        // What makes the map look for expired garbage: some garbage.
        const pinned here(map.home);
        auto *const box = map.core.memory().make_box(
            [&](counted_value *place) { map.core.memory().construct(place, std::uint64_t{0}); });
        map.core.retire(here.self, box->link, ferry::engine::retired::box);
    }
    return 50;
}

void insert_and_kill(map_type &map, std::uint64_t number) {
    const pinned here(map.home);
    const counted_key key(number);
    REQUIRE(map.insert(here.self, key, counted_value(number)));
    map.kill(here.self, map.node_of(map.root(), key));
}

} // namespace

TEST_CASE("an erased value waits for one grace period, its key for the sweep") {
    const std::int64_t keys = counted_key::alive();
    {
        map_type map;
        insert_and_kill(map, 1);
        CHECK(map.pending(ferry::engine::retired::value) == 1);
        CHECK(advances_until(map, [&] {
                  return map.pending(ferry::engine::retired::value) == 0;
              }) == grace_epochs);
        CHECK(counted_key::alive() == keys + 1);
    }
    CHECK(counted_key::alive() == keys);
    CHECK(counted_key::damaged() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("a dropped node passes the grace period twice before its key is destroyed") {
    const std::int64_t keys = counted_key::alive();
    map_type map(0, true);
    insert_and_kill(map, 1);
    CHECK(counted_key::alive() == keys + 1);
    CHECK(map.pending(ferry::engine::retired::node) == 1);
    const unsigned first =
        advances_until(map, [&] { return map.pending(ferry::engine::retired::node_again) == 1; });
    CHECK(first >= grace_epochs);
    CHECK(counted_key::alive() == keys + 1);
    const unsigned second = advances_until(map, [&] { return counted_key::alive() == keys; });
    CHECK(second >= grace_epochs);
    // Soon, too: the map looks at every so many retirements, and the garbage that is made
    // meanwhile takes its share.
    CHECK(first + second <= 3 * grace_epochs + 2 * ferry::detail::turns_per_drain);
}

TEST_CASE("reclaiming frees a dropped node, its key and its value at once when nobody is pinned") {
    const std::int64_t keys = counted_key::alive();
    const std::int64_t values = counted_value::alive();
    map_type map(0, true);
    insert_and_kill(map, 1);
    const pinned here(map.home);
    ferry::engine::reclaim(map.core, here.self);
    CHECK(counted_key::alive() == keys);
    CHECK(counted_value::alive() == values);
    CHECK(counted_key::damaged() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("the end of a map frees its garbage whatever it waits for, each thing once") {
    const std::int64_t keys = counted_key::alive();
    const std::int64_t values = counted_value::alive();
    for (unsigned passed = 0; passed <= 2 * grace_epochs; ++passed) {
        {
            map_type map(0, true);
            insert_and_kill(map, 1);
            unsigned done = 0;
            advances_until(map, [&] { return done++ == passed; });
        }
        CHECK(counted_key::alive() == keys);
        CHECK(counted_value::alive() == values);
    }
    CHECK(counted_key::damaged() == 0);
    CHECK(counted_value::damaged() == 0);
}

} // namespace unit_grace
