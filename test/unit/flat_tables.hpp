// SPDX-License-Identifier: BSL-1.0
#pragma once

// Tables of cells without a map, and a flat map without the interface above its core.

#include <cstddef>
#include <cstdint>
#include <memory>

#include <ferry/detail/flat/flat_engine.hpp>

#include "pinned.hpp"

namespace ferry::test {

struct cell_table_end {
    void operator()(engine::cell_table *old) const noexcept { engine::cell_table::free(old); }
};

using cell_table_owner = std::unique_ptr<engine::cell_table, cell_table_end>;

inline cell_table_owner make_cell_table(engine::cell_geometry shape, unsigned stripes = 1) {
    return cell_table_owner(
        engine::cell_table::make(shape, stripes, false, engine::prefaulted::piece_by_piece));
}

// The key is the hash: a test chooses home and rest.
struct same_hash {
    using is_avalanching = void;
    std::uint64_t operator()(std::uint64_t key) const noexcept { return key; }
    std::uint64_t unhash(std::uint64_t hash) const noexcept { return hash; }
};

class open_flat_map {
public:
    using core_type = engine::flat_core<std::uint64_t, std::uint64_t, same_hash>;
    using table = engine::cell_table;

private:
    epoch_domain shell_;

public:
    detail::domain &home = detail::domain_of(shell_);
    core_type core{{.domain = &home}, same_hash()};
    pinned here{home};

    table &root() const { return *core.root(); }

    engine::flat_operation<core_type> on(std::uint64_t key) {
        return core.operation_on(here.self, key);
    }
    bool insert(std::uint64_t key, std::uint64_t value) {
        return on(key)
            .insert([](std::uint64_t *) {}, [&](std::uint64_t *place) { *place = value; })
            .inserted();
    }
    bool erase(std::uint64_t key) {
        return static_cast<bool>(on(key).erase([](std::uint64_t) { return true; }));
    }
    // The value, or `absent`.
    static constexpr std::uint64_t absent = ~std::uint64_t{0} - 1;
    std::uint64_t get(std::uint64_t key) {
        const auto found = on(key).find();
        return found ? found.value() : absent;
    }

    // Publishes the next table, and settles nothing.
    table &start_migration(engine::cell_geometry shape) {
        return *core.publish_next(root(), shape);
    }
};

} // namespace ferry::test
