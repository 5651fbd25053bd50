// SPDX-License-Identifier: BSL-1.0
#pragma once

// Lengthens the chain of tables: chooses the next table's shape, and publishes it.
//
// Progress: lock-free. Every thread that needs a next table makes one. One of them is published,
// and the other threads free theirs and use it. No thread waits for another's allocation.

#include "ferry/detail/chain/engine.hpp"
#include "ferry/detail/table/table.hpp"

FERRY_ENGINE_BEGIN

/// Whether a root table of this capacity needs a next table.
constexpr bool wants_migration(std::size_t capacity, const census &now) noexcept {
    return now.used > full_from(capacity) || now.dead > now.live + dead_beyond_live(capacity);
}

/// The table after a root that needs one: larger, smaller (not below `floor_bits`), or of the same
/// shape, without the dead keys.
template <class Geometry>
constexpr Geometry shape_after(Geometry root, const census &now, unsigned floor_bits) noexcept {
    const std::size_t capacity = root.capacity();
    if (now.live > capacity / 8 * 3) {
        const unsigned steps = capacity <= detail::slots_to_quadruple ? 2 : 1;
        return Geometry::of(std::min(root.bits + steps, Geometry::most_bits), root.path);
    }
    if (now.live < capacity / 8 && root.bits > floor_bits) {
        return Geometry::of(root.bits - 1, root.path / 2);
    }
    return Geometry::of(root.bits, root.path);
}

/// The table after one in which a path ran out. If live keys filled the path, it is larger. If the
/// map is so empty that equal hashes must be the cause, it has longer paths instead.
///
/// If absent keys filled the path, shape_after chooses: keys that are gone need no larger table.
/// But a path that is short compared with the table is made longer first. Otherwise keys of one
/// home that never return would cause a migration of the whole table each time they fill one path.
template <class Geometry>
constexpr Geometry shape_after_path_end(Geometry full, const census &now, unsigned floor_bits,
                                        path_fill by) noexcept {
    if (by == path_fill::absent) {
        if (full.path * Geometry::slot_count < full.capacity() / detail::paths_to_sweep &&
            !wants_migration(full.capacity(), now)) {
            return Geometry::of(full.bits, full.path * 2);
        }
        return shape_after(full, now, floor_bits);
    }
    // `full` may be a table that the map only begins to move to, and that holds few of its keys
    // yet.
    if (std::max(now.used, now.live) >= full.capacity() / 16 && full.bits < Geometry::most_bits) {
        return Geometry::of(full.bits + 1, full.path);
    }
    return Geometry::of(full.bits, full.path * 2);
}

/// A table in which live keys filled a path, and about how many were there then. Keys with similar
/// hashes do not fit into a table of that size again, however large it is for their number. Without
/// this memory they would be moved there and back without end.
class crowded_table {
public:
    crowded_table(unsigned bits, std::size_t live) noexcept
        : bits_(bits), width_(static_cast<unsigned>(std::bit_width(live))) {}
    /// 0: there was none.
    explicit crowded_table(std::uint16_t word) noexcept : bits_(word >> 8), width_(word & 0xff) {}

    std::uint16_t as_word() const noexcept {
        return static_cast<std::uint16_t>(bits_ << 8 | width_);
    }

    /// Whether so many keys may be too many for a table of so many bits: less than half of those
    /// then are not.
    bool warns_of(unsigned bits, std::size_t live) const noexcept {
        return bits <= bits_ && static_cast<unsigned>(std::bit_width(live)) + 2 > width_;
    }

private:
    unsigned bits_;
    unsigned width_;
};

/// The last table of a chain, as it is now.
template <class Table>
Table *chain_end(Table *from) noexcept {
    while (Table *next = from->next()) {
        from = next;
    }
    return from;
}

/// The table after `last`. Publishes one that `make()` returns if there is none. nullptr: no
/// memory.
template <class Table, class Make>
Table *next_or_publish(Table &last, Make &&make) noexcept {
    if (Table *next = last.next()) {
        return next;
    }
    Table *fresh = make();
    if (fresh == nullptr) {
        return last.next(); // another thread may have found memory
    }
    if (last.try_set_next(fresh)) {
        return fresh;
    }
    Table::free_unused(fresh);
    return last.next();
}

FERRY_ENGINE_END
