// SPDX-License-Identifier: BSL-1.0
#pragma once

// A thread's turns at reclamation, which free a map's garbage a little at a time while the map is
// written to. reclaim() frees all of it on request.
//
//   an operation retires something, or may change a key while a large old table waits: a turn
//     └─ one in turns_per_advance tries to advance the epoch
//     └─ one in turns_per_drain frees a few objects of the thread's stripe, or of another
//   an operation may change a key while a large old table waits
//     └─ one in looks_per_piece gives back a piece of it
//
// Progress: bounded, apart from users' destructors and from putting a list back
// (reclaim/garbage.hpp). No turn waits for another thread.

#include "ferry/detail/chain/dispose.hpp"
#include "ferry/detail/reclaim/waiting_flag.hpp"

FERRY_ENGINE_BEGIN

/// The caller is pinned by `self`, here and below.
template <map_engine Core>
void take_turn(Core &core, detail::thread_record &self) noexcept {
    const std::uint64_t turn = self.increment_turns();
    if (turn % detail::turns_per_advance == 0) {
        core.domain().try_advance_in_turn(self);
    }
    if (turn % detail::turns_per_drain == 0 && self.begin_reclaiming()) {
        const detail::stripe_seat seat = core.seat_of(self);
        core.stripe(seat.index)
            .garbage.drain(core.domain(), seat.owned, engine::disposer(core, self));
        if (turn % detail::turns_per_visit == 0) {
            const auto other = (turn / detail::turns_per_visit) & (core.stripes() - 1);
            core.stripe(other).garbage.drain(core.domain(), other == self.index(),
                                             engine::disposer(core, self));
        }
        self.end_reclaiming();
    }
}

/// Called at most once for each key that an operation may change. In one of looks_per_piece calls
/// it gives back a piece of an old table, if one is expired. If no old table is left, it lowers the
/// flag, and later operations skip this.
template <map_engine Core>
void give_back_a_piece(Core &core, detail::thread_record &self) noexcept {
    if (self.increment_looks() % detail::looks_per_piece == 0 && self.begin_reclaiming()) {
        detail::drain_flagged(core.upkeeping().old_tables, core.old_tables_wait(), core.domain(),
                              engine::disposer(core, self), 1);
        self.end_reclaiming();
    }
}

/// Frees what may be freed, in all stripes. Advances the epoch as far as other threads' pins allow.
template <map_engine Core>
void reclaim(Core &core, detail::thread_record &self) noexcept {
    if (!self.begin_reclaiming()) {
        return;
    }
    // A dropped node passes the grace period twice, and a destructor may retire more.
    for (unsigned round = 0; round < 2 * detail::grace_epochs + 2; ++round) {
        core.domain().try_advance();
        core.domain().refresh(self);
        for (std::size_t i = 0; i < core.stripes(); ++i) {
            core.stripe(i).garbage.drain_all(core.domain(), i == self.index(),
                                             engine::disposer(core, self));
        }
        core.upkeeping().old_tables.drain_all(core.domain(), false, engine::disposer(core, self));
    }
    self.end_reclaiming();
}

FERRY_ENGINE_END
