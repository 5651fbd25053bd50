// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the chain of tables needs of an engine. Only the engine knows the contents of a bucket. The
// chain decides when a table is migrated, which bucket comes next, which memory is prefaulted, and
// who reclaims. It never looks into a bucket or at an object that the engine retired.
//
// An engine derives from map_core (chain/core.hpp), which calls it.

#include "ferry/detail/reclaim/retired_item.hpp"
#include "ferry/detail/reclaim/thread_record.hpp"

#include <concepts>
#include <cstddef>

FERRY_ENGINE_BEGIN

/// Counts of a map from which the shape of the next table is chosen.
struct census {
    std::size_t used; ///< links and tombstones of the table
    std::size_t live;
    std::size_t dead; ///< keys that are absent, but still in the tables
};

enum class settled {
    done,
    no_memory, ///< a path ran out and no further table could be made; the bucket is not done
};

/// What filled a path that ran out of slots.
enum class path_fill {
    live,   ///< mostly keys that are present
    absent, ///< mostly tombstones and dead keys
};

/// Objects of an engine that are outside the tables.
struct object_counts {
    std::size_t retired = 0;
    std::size_t retired_bytes = 0;
    std::size_t linked_bytes = 0; ///< of objects that the tables link
};

/// Stands for a visitor that takes whatever an engine shows.
struct any_visitor {
    bool operator()(auto &shown, std::uint64_t hash) const noexcept;
};

// clang-format off
template <class Engine>
concept map_engine = requires(Engine &engine, const Engine &same, detail::thread_record &self,
                              typename Engine::table &root, std::size_t bucket,
                              detail::retired_item item, std::uint64_t hash, any_visitor &visitor) {
    /// Settles each slot of a bucket of `root`, which has a next table. Afterwards no key can come
    /// to the slot, and its contents are in a later table or gone. Idempotent: any number of
    /// threads may settle a bucket at once, and any may stop in the middle forever. The caller has
    /// been pinned by `self` since before it loaded `root`. Bounded; throws nothing.
    { engine.settle_bucket(self, root, bucket) } noexcept -> std::same_as<settled>;

    /// What fills most of a path of `root`, or of a table after it, that has no EMPTY slot left. The
    /// caller is pinned.
    { same.fill_of_path(root, hash) } noexcept -> std::same_as<path_fill>;

    /// Fetches into the cache what settling the unit that begins with this bucket needs, and
    /// the next one of its share.
    { engine.fetch_ahead(root, bucket) } noexcept;

    /// Ends an object that the engine retired and whose grace period is over. The caller is pinned
    /// by `self`. May retire the object once more.
    { engine.dispose(self, item) } noexcept;

    /// The keys that are present; may be off by operations under way. The caller need not be pinned.
    { same.count_live() } noexcept -> std::same_as<std::size_t>;

    /// What `root` and the map hold; may be off by operations under way. The caller is pinned.
    { same.take_census(root) } noexcept -> std::same_as<census>;

    /// The number and size of its objects; may be off by operations under way.
    { same.count_objects() } noexcept -> std::same_as<object_counts>;

    /// Calls `visitor` for the elements with hashes from one to another, both inclusive. An element
    /// that is there throughout is shown once, whether `root` or a later table links it. An element
    /// that never was there is not shown. True: visitor returned true, which ends the walk. The
    /// caller has been pinned since before it loaded `root`.
    { engine.walk_hashes(root, hash, hash, visitor) } -> std::same_as<bool>;
};
// clang-format on

FERRY_ENGINE_END
