// SPDX-License-Identifier: BSL-1.0
#pragma once

// Upkeep on request: reserve and shrink_to_fit do what is left of a migration themselves; migrate
// and maintain do a part of it.
//
// Progress: lock-free. No call waits for another thread.

#include "ferry/detail/chain/core.hpp"
#include "ferry/detail/chain/turn.hpp"
#include "ferry/detail/platform/exceptions.hpp"

#include <optional>

FERRY_ENGINE_BEGIN

/// Helps until no migration is under way, including those that other threads begin meanwhile.
/// Refreshes the pin now and then if it is the thread's only one, so the caller must hold no table.
/// False: no memory.
template <map_engine Core>
bool finish_migration(Core &core, detail::thread_record &self) noexcept {
    for (unsigned helped = 1;; ++helped) {
        auto &root = *core.root();
        if (root.next() == nullptr) {
            return true;
        }
        if (engine::help_one(core, self, root) == help_result::no_memory) {
            return false;
        }
        if (helped % detail::units_per_refresh == 0) {
            core.domain().refresh(self);
        }
    }
}

/// Makes room for `elements` elements, and keeps it until shrink_to_fit. Throws std::bad_alloc.
template <map_engine Core>
void reserve(Core &core, detail::thread_record &self, std::size_t elements) {
    using table = typename Core::table;
    using geometry = typename Core::geometry;
    const unsigned bits = geometry::bits_for(elements);
    // First, so that nobody halves the new table meanwhile.
    const std::optional<unsigned> wished_before = core.raise_reserved_bits(bits);
    // Made once, however often other threads publish their tables first.
    table *made = nullptr;
    const auto discard = [&made]() noexcept {
        if (made != nullptr) {
            table::free(made);
        }
    };
    const auto give_up = [&]() noexcept {
        discard();
        if (wished_before) {
            core.lower_reserved_bits(bits, *wished_before);
        }
    };
    for (;;) {
        auto &root = *core.root();
        if (root.next() == nullptr) {
            const geometry shape = root.shape();
            if (shape.bits >= bits) {
                return discard();
            }
            if (made == nullptr || made->shape().path < geometry::of(bits, shape.path).path) {
                discard();
                made = core.make_to_prefault(geometry::of(bits, shape.path));
                if (made == nullptr || !made->prefault_all([&] { core.domain().refresh(self); })) {
                    give_up();
                    FERRY_THROW(std::bad_alloc());
                }
                continue; // `root` may be freed: the pin was refreshed
            }
            if (root.try_set_next(made)) {
                made = nullptr;
            }
        }
        if (!engine::finish_migration(core, self)) {
            give_up();
            FERRY_THROW(std::bad_alloc());
        }
    }
}

/// Makes the table as small as its live keys allow, without the dead ones. Gives up if there is no
/// memory, or after a number of rounds in which other threads' insertions worked against it.
template <map_engine Core>
void shrink_to_fit(Core &core, detail::thread_record &self) noexcept {
    using geometry = typename Core::geometry;
    core.reset_reserved_bits();
    bool swept = false;
    unsigned bits_before = geometry::most_bits;
    for (unsigned round = 0; round < geometry::most_bits; ++round) {
        auto &root = *core.root();
        if (root.next() == nullptr) {
            const census now = core.take_census(root);
            const unsigned bits = root.shape().bits;
            if (swept && bits >= bits_before) {
                return; // the keys' paths ran out in the smaller table
            }
            // At most down to a quarter at a time: the count may be old when the keys have moved.
            const unsigned wanted = std::max(
                {geometry::bits_for(now.live), core.floor_bits(), bits - std::min(bits, 2u)});
            if (wanted >= bits && (swept || now.used == now.live)) {
                return;
            }
            swept = true;
            bits_before = bits;
            if (core.publish_next(root, geometry::of(std::min(bits, wanted))) == nullptr) {
                return;
            }
        }
        if (!engine::finish_migration(core, self)) {
            return;
        }
    }
}

/// Migrates up to `units` units (chain/help.hpp). False: nothing is left to migrate, or there is no
/// memory.
template <map_engine Core>
bool migrate(Core &core, detail::thread_record &self, std::size_t units) noexcept {
    for (std::size_t i = 0; i < units; ++i) {
        auto &root = *core.root();
        if (root.next() == nullptr) {
            return false;
        }
        if (engine::help_one(core, self, root) == help_result::no_memory) {
            return false;
        }
    }
    return core.root()->next() != nullptr;
}

/// Begins a migration that is due, migrates up to `units` units, and frees what may be freed. True:
/// a migration is under way, and there was memory for it.
template <map_engine Core>
bool maintain(Core &core, detail::thread_record &self, std::size_t units) noexcept {
    core.consider_migration(*core.root());
    bool more = engine::migrate(core, self, units);
    if (auto &root = *core.root(); !more && root.next() == nullptr) {
        core.consider_migration(root); // the smaller table may be sparse, too
        more = root.next() != nullptr;
    }
    if (engine::has_garbage(core)) {
        engine::reclaim(core, self);
    }
    return more;
}

FERRY_ENGINE_END
