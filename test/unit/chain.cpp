// SPDX-License-Identifier: BSL-1.0

// When a table wants a successor, of what shape it is, and its publication.

#include <cstddef>

#include <doctest/doctest.h>
#include <ferry/detail/migration/chain.hpp>

#include "support/crew.hpp"
#include "tables.hpp"

using namespace ferry::test;
using ferry::engine::geometry;
using ferry::engine::next_or_publish;
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
    static_assert(shape_after_path_end(most, many).bits == geometry::most_bits);
    static_assert(shape_after_path_end(most, many).path == 2 * most.path);
}

TEST_CASE("a long path is kept while the table grows and given up as it shrinks") {
    constexpr geometry long_one = geometry::of(10, 1024);
    static_assert(shape_after(long_one, {capacity, capacity, 0}, no_floor).path == 1024);
    static_assert(shape_after(long_one, {2000, 2000, 0}, no_floor).path == 1024);
    static_assert(shape_after(long_one, {0, 0, 0}, no_floor).path == 512);
    static_assert(shape_after(root, {0, 0, 0}, no_floor) == geometry::of(root.bits - 1));
}

TEST_CASE("where a path ran out the table grows, or, almost empty, its paths do") {
    static_assert(shape_after_path_end(root, capacity / 16) == geometry::of(11));
    static_assert(shape_after_path_end(root, capacity) == geometry::of(11));
    static_assert(shape_after_path_end(root, capacity / 16 - 1) == geometry::of(10, 128));
    static_assert(shape_after_path_end(geometry::of(10, 128), 0) == geometry::of(10, 256));
    // A path of a small table grows with the table.
    static_assert(shape_after_path_end(geometry::of(1), 16).path == 4);
}

TEST_CASE("where gaps filled a path the table is swept, and may become smaller") {
    constexpr auto after_gaps = [](std::size_t live, std::size_t dead, std::size_t used) {
        return shape_after_path_end(root, ferry::engine::census{used, live, dead}, no_floor);
    };
    static_assert(after_gaps(capacity / 8, 0, capacity / 2) == root);
    static_assert(after_gaps(3, 0, capacity / 16) == geometry::of(root.bits - 1));
    // Half of it, and fewer, are gaps.
    static_assert(after_gaps(capacity / 4, 0, capacity / 2) == geometry::of(root.bits + 1));
    static_assert(after_gaps(0, capacity / 4, capacity / 2) == geometry::of(root.bits + 1));
}

TEST_CASE("the next table is made once, whoever asks for it and with whatever shape") {
    const table_owner last = make_table(geometry::of(2));
    const table_owner next(next_or_publish(*last, geometry::of(3), 1, false));
    REQUIRE(next);
    CHECK(next.get() == last->next());
    CHECK(next_or_publish(*last, geometry::of(5), 1, false) == next.get());
    CHECK(next->shape() == geometry::of(3));
}

TEST_CASE("threads that publish a next table at once agree on one") {
    for (int round = 0; round < 20; ++round) {
        const table_owner last = make_table(geometry::of(2));
        table *published[3] = {};
        const auto found = crew(3, [&](unsigned id, findings &) {
            published[id] = next_or_publish(*last, geometry::of(3), 1, false);
        });
        CHECK(found.text() == "");
        const table_owner next(last->next());
        REQUIRE(next);
        for (const table *each : published)
            CHECK(each == next.get());
    }
}
