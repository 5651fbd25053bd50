// SPDX-License-Identifier: BSL-1.0
#pragma once

// Prefetching what the settling of a bucket needs: the nodes that it links, and the home buckets of
// these nodes in the next table.
//
// `Core` is the engine's core (node/core.hpp): node_at, hash_of.

#include "ferry/detail/node/tables.hpp"

#include <algorithm>

FERRY_ENGINE_BEGIN

/// Prefetches the nodes that a bucket links.
template <class Core>
void prefetch_nodes(const Core &core, const bucket &at) noexcept {
    for (const slot &each : at.slots) {
        if (const slot_word word = each.load(); word.is_link()) {
            detail::prefetch(core.node_at(word));
        }
    }
}

/// Prefetches the home buckets, in the next table, of the nodes that a bucket links. It reads these
/// nodes, which the caller's pin protects as in settle_slot.
template <class Core>
void prefetch_next_homes(const Core &core, const bucket &at, const table &next) noexcept {
    for (const slot &each : at.slots) {
        if (const slot_word word = each.load(); word.is_link()) {
            detail::prefetch_for_write(next.home(core.hash_of(*core.node_at(word))));
        }
    }
}

/// Prefetches what settling bucket `index` of `root` needs, and begins with the two buckets after
/// it. The same thread settles them next if they are in the same share.
template <class Core>
void prefetch_ahead(const Core &core, const table &root, std::size_t index) noexcept {
    const table &next = *root.next();
    const std::size_t end =
        std::min(root.shape().buckets(), (index / table::share + 1) * table::share);
    if (index % table::share == 0) {
        engine::prefetch_nodes(core, root.bucket_at(index));
        if (index + 1 < end) {
            engine::prefetch_nodes(core, root.bucket_at(index + 1));
        }
        engine::prefetch_next_homes(core, root.bucket_at(index), next);
    }
    if (index + 2 < end) {
        engine::prefetch_nodes(core, root.bucket_at(index + 2));
    }
    if (index + 1 < end) {
        engine::prefetch_next_homes(core, root.bucket_at(index + 1), next);
    }
}

FERRY_ENGINE_END
