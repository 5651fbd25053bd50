// SPDX-License-Identifier: BSL-1.0

// When a table wants a successor, of what shape it is, and its publication.

#include <cstddef>

#include <doctest/doctest.h>
#include <ferry/detail/chain/next_table.hpp>

#include "support/crew.hpp"
#include "tables.hpp"

namespace unit_next_table {

using namespace ferry::test;
using ferry::engine::census;
using ferry::engine::geometry;
using ferry::engine::next_or_publish;
using ferry::engine::path_fill;
using ferry::engine::prefaulted;
using ferry::engine::shape_after;
using ferry::engine::shape_after_path_end;
using ferry::engine::table;
using ferry::engine::wants_migration;

namespace {

constexpr geometry root = geometry::of(10); // 8192 slots
constexpr std::size_t capacity = root.capacity();
constexpr unsigned no_floor = geometry::least_bits;

constexpr geometry after(std::size_t live, unsigned floor_bits = no_floor) {
    return shape_after(root, {live, live, 0}, floor_bits);
}

constexpr geometry after_path_end(geometry full, const census &now) {
    return shape_after_path_end(full, now, no_floor, path_fill::live);
}

table *publish_after(table &last, geometry shape) {
    return next_or_publish(
        last, [&] { return table::make(shape, 1, false, prefaulted::piece_by_piece); });
}

} // namespace

TEST_CASE("a table wants a successor when more than three quarters of it are used") {
    static_assert(!wants_migration(capacity, {0, 0, 0}));
    static_assert(!wants_migration(capacity, {capacity / 4 * 3, capacity / 4 * 3, 0}));
    static_assert(wants_migration(capacity, {capacity / 4 * 3 + 1, 0, 0}));
}

TEST_CASE("a table wants a successor when the dead outnumber the living by an eighth of it") {
    constexpr std::size_t eighth = capacity / 8 + 64;
    static_assert(!wants_migration(capacity, {2000, 0, eighth}));
    static_assert(wants_migration(capacity, {2000, 0, eighth + 1}));
    static_assert(!wants_migration(capacity, {5000, 1000, 1000 + eighth}));
    static_assert(wants_migration(capacity, {5000, 1000, 1000 + eighth + 1}));
    // However small the table is, a few dead keys are no reason.
    static_assert(!wants_migration(16, {12, 0, 12}));
}

TEST_CASE("the successor is larger, the same or smaller as the living are many or few") {
    static_assert(after(capacity / 8 * 3 + 1).bits == root.bits + 1);
    static_assert(after(capacity / 8 * 3).bits == root.bits);
    static_assert(after(capacity / 8).bits == root.bits);
    static_assert(after(capacity / 8 - 1).bits == root.bits - 1);
    static_assert(after(0).bits == root.bits - 1);
}

TEST_CASE("a successor does not go below the floor") {
    static_assert(after(0, root.bits).bits == root.bits);
    static_assert(after(0, root.bits - 1).bits == root.bits - 1);
    static_assert(after(0, root.bits + 3).bits == root.bits);
    static_assert(shape_after(geometry::of(1), {0, 0, 0}, no_floor).bits == 1);
}

TEST_CASE("a successor does not go beyond the most bits") {
    constexpr geometry most = geometry::of(geometry::most_bits);
    constexpr std::size_t many = most.capacity() / 4 * 3 + 1;
    static_assert(shape_after(most, {many, many, 0}, no_floor).bits == geometry::most_bits);
    static_assert(after_path_end(most, {many, many, 0}).bits == geometry::most_bits);
    static_assert(after_path_end(most, {many, many, 0}).path == 2 * most.path);
}

TEST_CASE("a long path is kept while the table grows and given up as it shrinks") {
    constexpr geometry long_one = geometry::of(10, 1024);
    static_assert(shape_after(long_one, {capacity, capacity, 0}, no_floor).path == 1024);
    static_assert(shape_after(long_one, {2000, 2000, 0}, no_floor).path == 1024);
    static_assert(shape_after(long_one, {0, 0, 0}, no_floor).path == 512);
    static_assert(shape_after(root, {0, 0, 0}, no_floor) == geometry::of(root.bits - 1));
}

TEST_CASE("where live keys filled a path the table grows, or, almost empty, its paths do") {
    static_assert(after_path_end(root, {capacity / 16, 0, 0}) == geometry::of(11));
    static_assert(after_path_end(root, {capacity, capacity, 0}) == geometry::of(11));
    static_assert(after_path_end(root, {capacity / 16 - 1, 0, 0}) == geometry::of(10, 128));
    static_assert(after_path_end(geometry::of(10, 128), {0, 0, 0}) == geometry::of(10, 256));
    // A path of a small table grows with the table.
    static_assert(after_path_end(geometry::of(2), {24, 24, 0}).path == 8);
    // A table that the map only begins to move to is not as empty as it looks.
    static_assert(after_path_end(root, {9, capacity / 16, 0}) == geometry::of(11));
}

TEST_CASE("where tombstones filled a path the table is swept, and may become smaller") {
    constexpr auto after_absent = [](const census &now) {
        return shape_after_path_end(root, now, no_floor, path_fill::absent);
    };
    static_assert(after_absent({capacity / 2, capacity / 8, 0}) == root);
    static_assert(after_absent({capacity / 16, 3, 0}) == geometry::of(root.bits - 1));
    static_assert(after_absent({600, capacity / 4, 0}) == root);
    // It grows where the keys that are there want it to.
    static_assert(after_absent({600, capacity / 8 * 3 + 1, 0}) == geometry::of(root.bits + 1));
    // In a table that is large beside a path, the path becomes longer first.
    constexpr geometry large = geometry::of(16);
    constexpr auto after_absent_in = [](geometry full, const census &now) {
        return shape_after_path_end(full, now, no_floor, path_fill::absent);
    };
    constexpr census quarter{600, large.capacity() / 4, 0};
    static_assert(after_absent_in(large, quarter) == geometry::of(16, 128));
    static_assert(after_absent_in(geometry::of(16, 512), quarter) == geometry::of(16, 1024));
    static_assert(after_absent_in(geometry::of(16, 1024), quarter) == geometry::of(16, 1024));
    // Not where the table is to be swept anyway.
    static_assert(after_absent_in(large, {large.capacity() / 4 * 3 + 1, large.capacity() / 4, 0}) ==
                  large);
    // Elsewhere its paths do not become longer.
    static_assert(shape_after_path_end(geometry::of(10, 128), {600, capacity / 4, 0}, no_floor,
                                       path_fill::absent) == geometry::of(10, 128));
}

TEST_CASE("the next table is made once, whoever asks for it and with whatever shape") {
    const table_owner last = make_table(geometry::of(2));
    const table_owner next(publish_after(*last, geometry::of(3)));
    REQUIRE(next);
    CHECK(next.get() == last->next());
    CHECK(publish_after(*last, geometry::of(5)) == next.get());
    CHECK(next->shape() == geometry::of(3));
}

TEST_CASE("threads that publish a next table at once agree on one") {
    for (int round = 0; round < 20; ++round) {
        const table_owner last = make_table(geometry::of(2));
        table *published[3] = {};
        const auto found = crew(3, [&](unsigned id, findings &) {
            published[id] = publish_after(*last, geometry::of(3));
        });
        CHECK(found.text() == "");
        const table_owner next(last->next());
        REQUIRE(next);
        for (const table *each : published)
            CHECK(each == next.get());
    }
}

} // namespace unit_next_table
