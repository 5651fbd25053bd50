// SPDX-License-Identifier: BSL-1.0

// The shape of a table.

#include <cstddef>
#include <cstdint>
#include <limits>

#include <doctest/doctest.h>
#include <ferry/detail/chain/next_table.hpp>
#include <ferry/detail/node/tables.hpp>

namespace unit_geometry {

using ferry::engine::bucket_slots;
using ferry::engine::geometry;
using ferry::engine::wants_migration;

namespace {

// Whether a table of so many bits takes n new elements before it wants to grow.
bool takes(unsigned bits, std::size_t n) {
    return !wants_migration(geometry::of(bits).capacity(), {n, n, 0});
}

} // namespace

TEST_CASE("a table for n elements takes n elements before it wants to grow, and is the least") {
    std::size_t wrong = 0;
    const auto look_at = [&wrong](std::size_t n) {
        const unsigned bits = geometry::bits_for(n);
        wrong += !takes(bits, n);
        wrong += bits > geometry::least_bits && takes(bits - 1, n + 1);
    };
    for (std::size_t n = 0; n < 20000; ++n)
        look_at(n);
    for (unsigned bit = 14; bit < 42; ++bit) {
        // Where the table's size changes: three quarters of its slots.
        for (const std::size_t edge : {std::size_t{1} << bit, std::size_t{3} << (bit - 1)}) {
            for (std::size_t n = edge - 3; n != edge + 4; ++n)
                look_at(n);
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("no number of elements asks for less than the least or more than the most bits") {
    CHECK(geometry::bits_for(0) == geometry::least_bits);
    CHECK(geometry::bits_for(1) == geometry::least_bits);
    CHECK(geometry::bits_for(std::numeric_limits<std::size_t>::max()) == geometry::most_bits);
    CHECK(geometry::bits_for(std::numeric_limits<std::size_t>::max() / 2) == geometry::most_bits);
}

TEST_CASE("a path is as long as the table, up to 64 buckets, and never shorter than asked for") {
    CHECK(geometry::usual_path(3) == 8);
    CHECK(geometry::usual_path(5) == 32);
    CHECK(geometry::usual_path(6) == 64);
    CHECK(geometry::usual_path(20) == geometry::long_path);
    CHECK(geometry::of(4).path == 16);
    CHECK(geometry::of(4, 8).path == 16);
    CHECK(geometry::of(4, 256).path == 256);
}

TEST_CASE("the two smallest tables have half a path, which does not run out before they are full") {
    for (const unsigned bits : {1u, 2u}) {
        const geometry shape = geometry::of(bits);
        CHECK(shape.path == shape.homes() / 2);
        const std::size_t of_one_home = (shape.path + 1) * bucket_slots;
        CHECK(wants_migration(shape.capacity(), {of_one_home + 1, of_one_home + 1, 0}));
        CHECK(!wants_migration(shape.capacity(), {of_one_home / 2, of_one_home / 2, 0}));
    }
}

TEST_CASE("the tail is as long as a path, so that no path leaves the table") {
    for (unsigned bits = geometry::least_bits; bits <= 20; ++bits) {
        const geometry shape = geometry::of(bits);
        CHECK(shape.homes() == std::size_t{1} << bits);
        CHECK(shape.capacity() == shape.homes() * bucket_slots);
        CHECK(shape.home_of(~std::uint64_t{0}) + shape.path + 1 == shape.buckets());
    }
}

TEST_CASE("a home has its two homes in the table of twice the size") {
    const geometry small = geometry::of(7);
    const geometry large = geometry::of(8);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const std::uint64_t hash = i * 0x9e3779b97f4a7c15u;
        CHECK(large.home_of(hash) / 2 == small.home_of(hash));
    }
}

} // namespace unit_geometry
