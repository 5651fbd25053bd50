// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a map tells about itself.

#include "ferry/detail/node/core.hpp"

FERRY_BEGIN

/// A picture of a map, for people and for tests. The figures are read one after another: while
/// other threads write they need not fit together, when nobody does they are exact.
struct map_stats {
    std::size_t live = 0;             ///< elements
    std::size_t dead = 0;             ///< erased elements whose node, with its key, is kept
    std::size_t used = 0;             ///< slots of the root table that are links or tombstones
    std::size_t capacity = 0;         ///< slots of the root table's home buckets
    double load = 0;                  ///< used / capacity
    std::size_t buckets_migrated = 0; ///< of the migration under way
    std::size_t buckets_left = 0;     ///< of the migration under way; 0 when there is none
    std::size_t migrations = 0;       ///< ended so far: grown + swept + shrunk
    std::size_t grown = 0;            ///< to a larger table
    std::size_t swept = 0;            ///< to one of the same size, without the dead
    std::size_t shrunk = 0;           ///< to a smaller table
    std::size_t retired_objects = 0;  ///< nodes, values and tables that wait for their grace period
    std::size_t retired_bytes = 0;    ///< their bytes
    std::uint64_t epoch = 0;          ///< of the map's domain
    /// In epochs, of any thread in the domain: 0, or 1 (seldom more) while the oldest pin holds the
    /// epoch back. Not 0 at the same `epoch` in two looks: somebody was pinned all the while.
    std::uint64_t oldest_pin_age = 0;
    bool barrier_refused = false; ///< the system has refused a barrier: nothing was reclaimed then
    std::size_t table_bytes = 0;  ///< of the chain of tables, without retired ones
    std::size_t node_bytes = 0;   ///< of linked nodes and their boxes (a value that another node
                                  ///< serves as a box counts as a box), without retired ones
};

FERRY_END

FERRY_ENGINE_BEGIN

/// The caller is pinned.
template <class Core>
map_stats collect_stats(const Core &core) noexcept {
    using node_type = typename Core::node_type;
    using detail::retired_kind;
    constexpr std::size_t box_bytes = sizeof(typename node_type::box_type);
    const auto count = [](std::int64_t figure) {
        return static_cast<std::size_t>(std::max<std::int64_t>(figure, 0));
    };
    const table &root = *core.root();
    const census now = core.take_census(root);
    const auto &kept = core.upkeeping();

    map_stats stats;
    stats.live = now.live;
    stats.dead = now.dead;
    stats.used = now.used;
    stats.capacity = root.capacity();
    stats.load = static_cast<double>(now.used) / static_cast<double>(root.capacity());
    if (root.next() != nullptr) {
        stats.buckets_migrated = root.migration().count_done();
        stats.buckets_left = root.shape().buckets() - stats.buckets_migrated;
    }
    stats.grown = count(kept.grown.load());
    stats.swept = count(kept.swept.load());
    stats.shrunk = count(kept.shrunk.load());
    stats.migrations = stats.grown + stats.swept + stats.shrunk;

    for (std::size_t i = 0; i < core.stripes(); ++i) {
        const auto &garbage = core.stripe(i).garbage;
        const auto pending = [&garbage, &count](retired_kind kind) {
            return count(garbage.pending(kind));
        };
        const std::size_t boxes = pending(retired_kind::box);
        const std::size_t nodes = pending(retired_kind::spare) + pending(retired_kind::node) +
                                  pending(retired_kind::node_again);
        stats.retired_objects +=
            boxes + nodes + pending(retired_kind::value) + pending(retired_kind::table);
        stats.retired_bytes += boxes * box_bytes + nodes * sizeof(node_type);
    }
    stats.retired_objects += count(kept.old_tables.pending(retired_kind::table));
    stats.retired_bytes += count(kept.table_bytes_retired.load());

    stats.epoch = core.domain().epoch();
    stats.oldest_pin_age = core.domain().oldest_pin_age();
    stats.barrier_refused = core.domain().barrier_refused();
    for (const table *each = &root; each != nullptr; each = each->next()) {
        stats.table_bytes += each->bytes();
    }
    stats.node_bytes =
        (now.live + now.dead) * sizeof(node_type) + core.sum(&node_counts::boxes) * box_bytes;
    return stats;
}

FERRY_ENGINE_END
