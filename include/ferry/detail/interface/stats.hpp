// SPDX-License-Identifier: BSL-1.0
#pragma once

// The statistics of a map.

#include "ferry/detail/chain/core.hpp"
#include "ferry/stats.hpp"

FERRY_ENGINE_BEGIN

/// Reads the figures one after another. The caller is pinned.
template <map_engine Engine>
map_stats collect_stats(const Engine &core) noexcept {
    const auto count = [](std::int64_t figure) {
        return static_cast<std::size_t>(std::max<std::int64_t>(figure, 0));
    };
    const auto &root = *core.root();
    const census now = core.take_census(root);
    const auto &kept = core.settings();

    map_stats stats;
    stats.live = now.live;
    stats.dead = now.dead;
    stats.used = now.used;
    stats.capacity = root.capacity();
    stats.load = static_cast<double>(now.used) / static_cast<double>(root.capacity());
    if (root.next() != nullptr) {
        stats.buckets_migrated = root.count_done();
        stats.buckets_left = root.shape().buckets() - stats.buckets_migrated;
    }
    stats.grown = count(kept.grown.load());
    stats.swept = count(kept.swept.load());
    stats.shrunk = count(kept.shrunk.load());
    stats.migrations = stats.grown + stats.swept + stats.shrunk;

    const object_counts objects = core.count_objects();
    stats.retired_objects = objects.retired;
    stats.retired_bytes = objects.retired_bytes;
    core.stripes().for_each([&](const auto &each) {
        stats.retired_objects += count(each.garbage.pending(retired::table));
    });
    if (const auto *const old_tables = kept.old_tables()) {
        stats.retired_objects += count(old_tables->pending(retired::table));
    }
    stats.retired_bytes += count(kept.table_bytes_retired.load());

    stats.epoch = core.domain().epoch();
    stats.oldest_pin_age = core.domain().oldest_pin_age();
    stats.epoch_held_ns = core.domain().held_nanoseconds();
    stats.barrier_refused = core.domain().barrier_refused();
    for (const auto *each = &root; each != nullptr; each = each->next()) {
        stats.table_bytes += each->bytes();
    }
    stats.node_bytes = objects.linked_bytes;
    return stats;
}

FERRY_ENGINE_END
