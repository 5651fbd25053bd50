// SPDX-License-Identifier: BSL-1.0

// Freezing and moving cells by hand: what late helpers, lookups and changes make of each stage.

#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>

#include "flat_tables.hpp"

namespace unit_flat_settle {

using namespace ferry::test;
using ferry::engine::bucket_cells;
using ferry::engine::cell;
using ferry::engine::cell_bucket;
using ferry::engine::cell_geometry;
using ferry::engine::cell_path;
using ferry::engine::cell_table;
using ferry::engine::cell_word;
using ferry::engine::freeze;
using ferry::engine::key_word;
using ferry::engine::move_key;
using ferry::engine::settled;

namespace {

constexpr std::uint64_t absent = open_flat_map::absent;

// A core for which the system has no memory for one more table.
struct core_without_memory {
    open_flat_map::core_type &core;

    auto seat_of(ferry::detail::thread_record &self) const noexcept { return core.seat_of(self); }
    static cell_table *next_at_path_end(cell_table &full, std::uint64_t) noexcept {
        return full.next();
    }
};

// The i-th key of a home in the least table. Key 0 of home 0 is the trap: its body is 0.
constexpr std::uint64_t key_of(std::uint64_t home, std::uint64_t i) {
    return home << (64 - cell_geometry::least_bits) | i;
}

struct fixture {
    open_flat_map map;
    cell_table &root = map.root();

    // The cell of a key in a table.
    static cell &cell_of(cell_table &in, std::uint64_t key) {
        for (cell_path at(in, key); !at.ended(); at.advance())
            for (cell &each : at.bucket().cells)
                if (each.load().is_for(at.body()))
                    return each;
        FAIL("the key has no cell");
        throw 0;
    }
    settled move(std::uint64_t key, std::uint64_t value) {
        return move_key(map.core, map.here.self, root, key, value);
    }
    // Freezes a bucket of the root as settling does, and moves nothing.
    void freeze_bucket(std::size_t bucket) {
        for (unsigned i = bucket_cells; i-- != 0;)
            freeze(root.bucket_at(bucket).cells[i]);
    }
    settled settle(std::size_t bucket) {
        return map.core.settle_bucket(map.here.self, root, bucket);
    }
    // Fills a home with keys 0, 1, … whose values are 10 more.
    void fill(std::uint64_t home, std::uint64_t keys = bucket_cells) {
        for (std::uint64_t i = 0; i < keys; ++i)
            REQUIRE(map.insert(key_of(home, i), 10 + i));
    }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a key stands in the first EMPTY cell of its path, and keeps it") {
    fill(0);
    CHECK(cell_of(root, key_of(0, 2)).load() == cell_word::live(2));
    CHECK(map.erase(key_of(0, 2)));
    CHECK(cell_of(root, key_of(0, 2)).load() == cell_word::dead(2));
    CHECK(map.get(key_of(0, 2)) == absent);
    CHECK(map.insert(key_of(0, 2), 30));
    CHECK(cell_of(root, key_of(0, 2)).load() == cell_word::live(2));
    CHECK(map.get(key_of(0, 2)) == 30);
    CHECK(root.counts().used() == bucket_cells);
}

TEST_CASE_FIXTURE(fixture, "a full home says that keys stand further on only when one does") {
    fill(3);
    CHECK_FALSE(root.bucket_at(3).last().load().is_over());
    CHECK(map.get(key_of(3, 9)) == absent);
    CHECK_FALSE(map.erase(key_of(3, 9)));
    CHECK_FALSE(root.bucket_at(3).last().load().is_over());
    CHECK(map.insert(key_of(3, 9), 1));
    CHECK(root.bucket_at(3).last().load().is_over());
    CHECK(map.get(key_of(3, 9)) == 1);
    CHECK(&cell_of(root, key_of(3, 9)) == &root.bucket_at(4).cells[0]);
    // What marks a cell changes nothing about its key.
    CHECK(map.get(key_of(3, bucket_cells - 1)) == 10 + bucket_cells - 1);
    CHECK(map.erase(key_of(3, bucket_cells - 1)));
    CHECK(map.get(key_of(3, bucket_cells - 1)) == absent);
    CHECK(map.insert(key_of(3, bucket_cells - 1), 7));
    CHECK(map.get(key_of(3, bucket_cells - 1)) == 7);
    CHECK(root.bucket_at(3).last().load().is_over());
}

TEST_CASE_FIXTURE(fixture, "the key whose body is that of an EMPTY cell is a key like any other") {
    CHECK(map.get(0) == absent);
    CHECK_FALSE(map.erase(0));
    CHECK(map.insert(1, 5));
    CHECK(map.get(0) == absent);
    CHECK(map.insert(0, 0));
    CHECK(map.get(0) == 0);
    CHECK(map.erase(0));
    map.start_migration(cell_geometry::of(6));
    for (std::size_t b = 0; b < root.shape().buckets(); ++b)
        CHECK(settle(b) == settled::done);
    CHECK(map.get(0) == absent);
    CHECK(map.insert(0, 3));
    CHECK(map.get(0) == 3);
}

TEST_CASE_FIXTURE(fixture, "settling moves live keys, drops erased ones, and seals what is empty") {
    fill(1, 2);
    CHECK(map.erase(key_of(1, 1)));
    cell_table &next = map.start_migration(cell_geometry::of(6));
    CHECK(settle(1) == settled::done);
    const cell_bucket &here = root.bucket_at(1);
    CHECK(here.cells[0].load() == cell_word::live(0).frozen());
    CHECK(here.cells[1].load() == cell_word::dead(1).frozen());
    CHECK(here.last().load().is_sealed());
    CHECK(key_word(next, key_of(1, 0)).is_live());
    CHECK_FALSE(key_word(next, key_of(1, 1)).has_key());
    CHECK(next.counts().used() == 1);
    CHECK(map.get(key_of(1, 0)) == 10);
    CHECK(map.get(key_of(1, 1)) == absent);
    CHECK(settle(1) == settled::done); // again: nothing more happens
    CHECK(next.counts().used() == 1);
}

TEST_CASE_FIXTURE(fixture, "a frozen cell that was not moved still tells its key's state") {
    fill(1, 2);
    map.start_migration(cell_geometry::of(6));
    freeze_bucket(1);
    CHECK(map.get(key_of(1, 0)) == 10);
    CHECK(map.get(key_of(1, 5)) == absent);
}

TEST_CASE_FIXTURE(fixture, "a change moves a frozen key first") {
    fill(1, 2);
    cell_table &next = map.start_migration(cell_geometry::of(6));
    freeze_bucket(1);
    SUBCASE("replacing") {
        CHECK(map.on(key_of(1, 0)).update([](std::uint64_t value) { return value + 1; }));
        CHECK(map.get(key_of(1, 0)) == 11);
    }
    SUBCASE("erasing") {
        CHECK(map.erase(key_of(1, 0)));
        CHECK(map.get(key_of(1, 0)) == absent);
        CHECK(key_word(next, key_of(1, 0)).is_dead()); // for those who are late
    }
    SUBCASE("inserting what is there") {
        CHECK_FALSE(map.insert(key_of(1, 0), 99));
        CHECK(map.get(key_of(1, 0)) == 10);
    }
    CHECK(key_word(next, key_of(1, 0)).has_key());
}

TEST_CASE_FIXTURE(fixture, "a helper that is late brings nothing back") {
    fill(1, 1);
    const std::uint64_t key = key_of(1, 0);
    cell_table &next = map.start_migration(cell_geometry::of(6));
    freeze_bucket(1); // the helper stops here, with key and value in hand
    SUBCASE("the key was changed in the next table") {
        CHECK(map.on(key).update([](std::uint64_t) { return std::uint64_t{77}; }));
        CHECK(move(key, 10) == settled::done);
        CHECK(map.get(key) == 77);
    }
    SUBCASE("the key was erased there") {
        CHECK(map.erase(key));
        CHECK(move(key, 10) == settled::done);
        CHECK(map.get(key) == absent);
    }
    SUBCASE("the next table was swept, and its path there is sealed or frozen") {
        CHECK(map.erase(key));
        for (std::size_t b = 0; b < root.shape().buckets(); ++b)
            CHECK(settle(b) == settled::done);
        map.core.promote(map.here.self, root);
        cell_table &third = *map.core.publish_next(next, cell_geometry::of(6));
        for (std::size_t b = 0; b < next.shape().buckets(); ++b)
            CHECK(map.core.settle_bucket(map.here.self, next, b) == settled::done);
        CHECK(move(key, 10) == settled::done);
        CHECK_FALSE(key_word(third, key).has_key());
        CHECK(map.get(key) == absent);
    }
}

TEST_CASE_FIXTURE(fixture, "a path that runs out goes on in a next table, which is made larger") {
    // Home and the path's one other bucket, full of keys of that home.
    fill(2, 2 * bucket_cells);
    CHECK(root.next() == nullptr);
    CHECK(map.insert(key_of(2, 50), 60));
    REQUIRE(root.next() != nullptr);
    CHECK(root.next()->shape().path > root.shape().path);
    CHECK(map.get(key_of(2, 50)) == 60);
    for (std::uint64_t i = 0; i < 2 * bucket_cells; ++i)
        CHECK(map.get(key_of(2, i)) == 10 + i);
    CHECK(map.erase(key_of(2, 50)));
    CHECK(map.get(key_of(2, 50)) == absent);
}

TEST_CASE_FIXTURE(fixture, "a bucket is not done while a key of it has no room to go to") {
    fill(1, 3);
    cell_table &next = map.start_migration(cell_geometry::of(6));
    // Other keys have filled the path of key 1 in the next table.
    cell_path path(next, key_of(1, 1));
    for (std::uint64_t i = 100; !path.ended(); path.advance())
        for (cell &each : path.bucket().cells)
            REQUIRE(each.try_insert(path.body() + ++i, 0));
    core_without_memory none{map.core};
    const auto settle_without_memory = [&] {
        return ferry::engine::settle_cells(none, map.here.self, root, 1);
    };
    CHECK(settle_without_memory() == settled::no_memory);
    CHECK(settle_without_memory() == settled::no_memory);
    CHECK(map.get(key_of(1, 1)) == 11); // nothing is lost meanwhile
    CHECK(settle(1) == settled::done);
    CHECK(settle_without_memory() == settled::done);
    CHECK(map.get(key_of(1, 1)) == 11);
}

TEST_CASE_FIXTURE(fixture, "an iteration shows a key once, whatever tables have a cell of it") {
    fill(1, 3);
    cell_table &next = map.start_migration(cell_geometry::of(6));
    freeze_bucket(1);
    CHECK(move(key_of(1, 2), 12) == settled::done);
    CHECK(map.on(key_of(1, 2)).update([](std::uint64_t) { return std::uint64_t{42}; }));
    CHECK(map.insert(key_of(1, 9), 19)); // its path here is sealed
    CHECK(key_word(next, key_of(1, 9)).is_live());
    std::size_t seen = 0;
    std::uint64_t sum = 0;
    walk_all(map.core, map.here.self, {}, [&](std::uint64_t value, std::uint64_t) {
        ++seen;
        sum += value;
        return false;
    });
    CHECK(seen == 4);
    CHECK(sum == 10 + 11 + 42 + 19);
}

TEST_CASE_FIXTURE(fixture, "an iteration goes on behind SEALED cells") {
    fill(1, 1);
    map.start_migration(cell_geometry::of(6));
    freeze_bucket(1);                     // the other cells are SEALED
    CHECK(map.insert(key_of(1, 100), 7)); // in the next table
    std::uint64_t sum = 0;
    walk_all(map.core, map.here.self, {}, [&](std::uint64_t value, std::uint64_t) {
        sum += value;
        return false;
    });
    CHECK(sum == 10 + 7);
}

TEST_CASE_FIXTURE(fixture, "an iteration ends, however many tables are chained meanwhile") {
    fill(1, 2);
    cell_table *last = &map.start_migration(cell_geometry::of(6));
    freeze_bucket(1);
    std::uint64_t fresh = 100;
    // Each call chains a table, and puts a key there that the walk could show next.
    const auto chain_one = [&](std::uint64_t, std::uint64_t) {
        REQUIRE(fresh < 200);
        cell_table &next = *map.core.publish_next(*last, cell_geometry::of(6));
        for (std::size_t b = 0; b < last->shape().buckets(); ++b)
            CHECK(map.core.settle_bucket(map.here.self, *last, b) == settled::done);
        CHECK(map.insert(key_of(1, fresh++), 1));
        last = &next;
        return false;
    };
    walk_all(map.core, map.here.self, {}, chain_one);
    CHECK(fresh == 102);
}

TEST_CASE("what is computed to be erased, and is absent, is left alone") {
    ferry::concurrent_flat_map<std::uint64_t, std::uint64_t> map;
    const auto erase = [](const std::uint64_t *) { return ferry::erase; };
    CHECK(map.compute(7, erase) == ferry::compute_result::unchanged);
    map.insert(7, 1);
    CHECK(map.compute(7, erase) == ferry::compute_result::erased);
    CHECK(map.compute(7, erase) == ferry::compute_result::unchanged);
    CHECK(map.empty());
}

} // namespace unit_flat_settle
