// SPDX-License-Identifier: BSL-1.0
#pragma once

// A thread's turns at reclamation, which free a map's garbage a little at a time while the map is
// written to. reclaim() frees all of it on request.
//
//   an operation retires something, or may change a key while a large old table waits: a turn
//     └─ one in turns_per_advance of the thread's turns in the domain tries to advance the epoch
//     └─ one in turns_per_drain of the turns in the map's stripe frees a few objects of that
//        stripe, or of another
//   an operation may change a key while a large old table waits
//     └─ one in looks_per_piece gives back a piece of it
//
// Progress: bounded, apart from users' destructors and from putting a list back
// (reclaim/garbage.hpp). No turn waits for another thread.

#include "ferry/detail/chain/dispose.hpp"
#include "ferry/detail/reclaim/waiting_flag.hpp"

FERRY_ENGINE_BEGIN

/// The caller is pinned by `self`, here and below. `weight`: the number of turns that this call
/// is. However many, it makes one attempt and two drains at most.
template <map_engine Core>
void take_turn(Core &core, detail::thread_record &self, std::uint64_t weight = 1) noexcept {
    if (self.count_turns(weight).complete(detail::turns_per_advance)) {
        core.domain().try_advance_in_turn(self);
    }
    const auto seat = core.seat_of(self);
    const detail::turn_count turns{weight, static_cast<std::uint64_t>(seat.stripe.turns.add(
                                               seat.owned, static_cast<std::int64_t>(weight)))};
    if (turns.complete(detail::turns_per_drain) && self.begin_reclaiming()) {
        seat.stripe.garbage.drain(core.domain(), seat.owned, engine::disposer(core, self));
        if (turns.complete(detail::turns_per_visit)) {
            auto &other = core.stripes().in_turn(turns.after / detail::turns_per_visit);
            other.garbage.drain(core.domain(), other.is_owned_by(self.index()),
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
        // A thread that loaded an old root need not see the lists yet, though it sees the flag.
        if (auto *const old_tables = core.settings().old_tables()) {
            detail::drain_flagged(*old_tables, core.old_tables_wait(), core.domain(),
                                  engine::disposer(core, self), 1);
        }
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
        core.stripes().for_each([&](auto &each) {
            each.garbage.drain_all(core.domain(), each.is_owned_by(self.index()),
                                   engine::disposer(core, self));
        });
        if (auto *const old_tables = core.settings().old_tables()) {
            old_tables->drain_all(core.domain(), false, engine::disposer(core, self));
        }
    }
    self.end_reclaiming();
}

/// Whether anything waits to be freed. Other threads may have more in hand.
template <map_engine Core>
bool has_garbage(Core &core) noexcept {
    auto *const old_tables = core.settings().old_tables();
    bool any = old_tables != nullptr && !old_tables->all_empty();
    core.stripes().for_each([&](auto &each) { any = any || !each.garbage.all_empty(); });
    return any;
}

FERRY_ENGINE_END
