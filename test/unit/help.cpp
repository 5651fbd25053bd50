// SPDX-License-Identifier: BSL-1.0

// Helping with buckets, and the promotion of the next table.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>
#include <ferry/detail/chain/help.hpp>

#include "open_map.hpp"

namespace unit_help {

using namespace ferry::test;
using ferry::detail::retired_kind;
using ferry::engine::geometry;
using ferry::engine::help_one;
using ferry::engine::help_result;
using ferry::engine::settled;
using ferry::engine::table;

namespace {

using map_type = open_map<std::uint64_t, std::uint64_t>;

constexpr std::uint64_t keys = 20;

// Spread over the homes, each with a tag of its own.
std::uint64_t nth_key(std::uint64_t n) { return n * (~std::uint64_t{0} / keys); }

struct fixture {
    fixture() {
        for (std::uint64_t n = 0; n < keys; ++n)
            REQUIRE(map.insert(self, nth_key(n), n));
        REQUIRE(map.root().next() == nullptr);
    }

    std::size_t missing() {
        std::size_t count = 0;
        for (std::uint64_t n = 0; n < keys; ++n) {
            const std::uint64_t *const value = map.find(self, nth_key(n));
            count += value == nullptr || *value != n;
        }
        return count;
    }

    map_type map{40};
    pinned pin{map.home};
    ferry::detail::thread_record &self = pin.self;
};

} // namespace

TEST_CASE_FIXTURE(fixture, "each help settles a bucket, and the last one promotes the next table") {
    table &root = map.root();
    table &next = map.start_migration(geometry::of(4));
    for (std::size_t b = 1; b < root.shape().buckets(); ++b) {
        CHECK(help_one(map.core, self, root) == help_result::helped);
        CHECK(root.migration().count_done() == b);
        CHECK(&map.root() == &root);
    }
    CHECK(help_one(map.core, self, root) == help_result::promoted);
    CHECK(&map.root() == &next);
    CHECK(count_links(next) == keys);
    CHECK(count_links(root) + count_sealed(root) ==
          root.shape().buckets() * ferry::engine::bucket_slots);
    CHECK(missing() == 0);
}

TEST_CASE_FIXTURE(fixture, "a bucket may be migrated twice") {
    table &root = map.root();
    table &next = map.start_migration(geometry::of(4));
    for (int times = 0; times < 2; ++times) {
        for (std::size_t b = 0; b < root.shape().buckets(); ++b)
            CHECK(migrate_unit(map.core, self, root, b) == settled::done);
    }
    CHECK(count_links(next) == keys);
    CHECK(next.counts().used() == keys);
    CHECK(count_sealed(next) == 0);
}

TEST_CASE_FIXTURE(fixture, "buckets that were taken and never finished do not keep a promotion "
                           "from being made") {
    table &root = map.root();
    map.start_migration(geometry::of(4));
    for (std::size_t b = 0; b < root.shape().buckets(); ++b)
        root.choose_bucket(self.index()); // and stopped there
    std::size_t turns = 0;
    while (&map.root() == &root && turns < 10 * root.shape().buckets()) {
        help_one(map.core, self, root);
        ++turns;
    }
    CHECK(turns == root.shape().buckets());
    CHECK(missing() == 0);
}

TEST_CASE_FIXTURE(fixture, "a promotion retires the old table, once") {
    table &root = map.root();
    table &next = map.start_migration(geometry::of(4));
    for (std::size_t b = 0; b < root.shape().buckets(); ++b)
        migrate_unit(map.core, self, root, b);
    for (int times = 0; times < 3; ++times) {
        map.core.promote(self, root);
        CHECK(&map.root() == &next);
        CHECK(map.pending(ferry::engine::retired::table) == 1);
    }
    CHECK(map.core.settings().grown.load() == 1);
}

TEST_CASE_FIXTURE(fixture, "a promotion that another thread did not make is made by who finds all "
                           "done") {
    table &root = map.root();
    table &next = map.start_migration(geometry::of(4));
    for (std::size_t b = 0; b < root.shape().buckets(); ++b)
        migrate_unit(map.core, self, root, b);
    CHECK(&map.root() == &root);
    // At the end of the shares that it takes.
    std::size_t turns = 1;
    while (help_one(map.core, self, root) != help_result::promoted && turns < 100)
        ++turns;
    CHECK(turns <= root.shape().buckets());
    CHECK(&map.root() == &next);
}

TEST_CASE_FIXTURE(fixture, "only the root is promoted, whatever is done further on") {
    table &root = map.root();
    table &next = map.start_migration(geometry::of(4));
    REQUIRE(map.core.publish_next(next, geometry::of(5)) != nullptr);
    for (std::size_t b = 0; b < next.shape().buckets(); ++b)
        next.migration().set_done(b);
    map.core.promote(self, next);
    CHECK(&map.root() == &root);
    CHECK(map.pending(ferry::engine::retired::table) == 0);
}

TEST_CASE_FIXTURE(fixture, "a chain of three tables is promoted one by one, sealing only the "
                           "root's slots") {
    table &root = map.root();
    table &next = map.start_migration(geometry::of(4));
    table &third = *map.core.publish_next(next, geometry::of(5));
    std::size_t sealed_too_early = 0;
    while (&map.root() == &root) {
        help_one(map.core, self, root);
        sealed_too_early += count_sealed(next);
    }
    CHECK(sealed_too_early == 0);
    REQUIRE(&map.root() == &next);
    while (&map.root() == &next) {
        help_one(map.core, self, next);
        sealed_too_early += count_sealed(third);
    }
    CHECK(sealed_too_early == 0);
    CHECK(&map.root() == &third);
    CHECK(map.pending(ferry::engine::retired::table) == 2);
    CHECK(missing() == 0);
}

TEST_CASE_FIXTURE(fixture, "an operation owes twice as many buckets for each further table") {
    using ferry::detail::most_units_per_help;
    using ferry::engine::units_owed;
    table *last = &map.start_migration(geometry::of(5));
    table &root = map.root();
    for (unsigned owed = 1; owed <= 4 * most_units_per_help; owed *= 2) {
        CHECK(units_owed(root) == std::min(owed, most_units_per_help));
        last = map.core.publish_next(*last, geometry::of(1));
        REQUIRE(last != nullptr);
    }
}

TEST_CASE_FIXTURE(fixture, "an operation pays what it owes, and no further than to a promotion") {
    table &root = map.root();
    table &next = map.start_migration(geometry::of(4));
    REQUIRE(map.core.publish_next(next, geometry::of(4)) != nullptr);
    ferry::engine::help(map.core, self, root);
    CHECK(root.migration().count_done() == 2);
    while (&map.root() == &root)
        ferry::engine::help(map.core, self, root);
    CHECK(&map.root() == &next);
    CHECK(next.migration().count_done() == 0);
}

TEST_CASE_FIXTURE(fixture, "the dead do not come along") {
    for (std::uint64_t n = 0; n < keys; n += 2)
        map.kill(self, map.node_of(map.root(), nth_key(n)));
    CHECK(map.dead() == keys / 2);
    table &root = map.root();
    table &next = map.start_migration(root.shape());
    while (&map.root() == &root)
        help_one(map.core, self, root);
    CHECK(count_links(next) == keys / 2);
    CHECK(map.nodes() == keys / 2);
    CHECK(map.dead() == 0);
    CHECK(map.pending(ferry::engine::retired::node) == keys / 2);
    CHECK(map.core.settings().swept.load() == 1);
}

} // namespace unit_help
