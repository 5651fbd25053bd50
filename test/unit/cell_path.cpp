// SPDX-License-Identifier: BSL-1.0

// The path of a hash through a table of cells, and the hash that a cell's place and word make up.

#include <cstddef>
#include <cstdint>
#include <memory>

#include <doctest/doctest.h>
#include <ferry/detail/flat/tables.hpp>

#include "flat_tables.hpp"
#include "support/random.hpp"

namespace unit_cell_path {

using namespace ferry::test;
using ferry::engine::cell_bucket;
using ferry::engine::cell_geometry;
using ferry::engine::cell_path;
using ferry::engine::cell_word;

TEST_CASE("the least table of cells has room for a path, and longer paths need more homes") {
    CHECK(cell_geometry::of(cell_geometry::least_bits).path == 1);
    CHECK(cell_geometry::bits_for(0) == cell_geometry::least_bits);
    CHECK(cell_geometry::of(11).path == 64);
    CHECK(cell_geometry::of(20).path == 64);
    CHECK(cell_geometry::of(11, 64).bits == 11);
    CHECK(cell_geometry::of(11, 128).bits == 12);
    CHECK(cell_geometry::of(5, 1024) == cell_geometry::of(15, 1024));
}

TEST_CASE("place and word of a cell make up the hash of its key, wherever on its path it stands") {
    FERRY_SHOW_SEED();
    prng random(0);
    for (const cell_geometry shape :
         {cell_geometry::of(5), cell_geometry::of(6), cell_geometry::of(11), cell_geometry::of(13),
          cell_geometry::of(5, 256)}) {
        CAPTURE(shape.bits);
        const cell_table_owner table = make_cell_table(shape);
        std::size_t wrong = 0;
        for (int round = 0; round < 300; ++round) {
            const std::uint64_t edges[] = {0, ~std::uint64_t{0}, std::uint64_t{1} << 63,
                                           (std::uint64_t{1} << 63) - 1};
            const std::uint64_t hash = round < 4 ? edges[round] : random.next();
            std::size_t index = shape.home_of(hash);
            std::size_t buckets = 0;
            for (cell_path at(*table, hash); !at.ended(); at.advance(), ++index, ++buckets) {
                wrong += &at.bucket() != &table->bucket_at(index);
                wrong += at.body() >> cell_word::body_bits != 0;
                for (const cell_word word :
                     {cell_word::live(at.body()), cell_word::dead(at.body()).frozen().over()}) {
                    wrong += cell_path::hash_of(*table, index, word) != hash;
                }
            }
            wrong += buckets != shape.path + 1;
        }
        CHECK(wrong == 0);
    }
}

} // namespace unit_cell_path
