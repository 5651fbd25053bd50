// SPDX-License-Identifier: BSL-1.0
#pragma once

// Tables without a map, and what is in them.

#include <memory>

#include <ferry/detail/node/tables.hpp>

namespace ferry::test {

struct table_end {
    void operator()(engine::table *old) const noexcept { engine::table::free(old); }
};

using table_owner = std::unique_ptr<engine::table, table_end>;

inline table_owner make_table(engine::geometry shape, unsigned stripes = 1) {
    return table_owner(
        engine::table::make(shape, stripes, false, engine::prefaulted::piece_by_piece));
}

} // namespace ferry::test
