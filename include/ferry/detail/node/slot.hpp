// SPDX-License-Identifier: BSL-1.0
#pragma once

// An atomic slot: its transitions by name. Eight of them, on one cache line, are a bucket.
//
// Orders. A link is published by the CAS and read by an acquire load [E:slot-publish]. The CAS
// and the scan's load are seq_cst besides: a helper links and then reads the node's state, a
// dropper writes the state and then reads the links, and one of them must see the other
// [E:drop-dekker].

#include "ferry/detail/node/slot_word.hpp"
#include "ferry/detail/platform/assert.hpp"
#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/tuning.hpp"

FERRY_ENGINE_BEGIN

class slot {
public:
    slot_word load() const noexcept {
        // acquire: the node behind a link; `next` behind SEALED [E:slot-publish]
        return slot_word{word_.load(detail::acquire)};
    }

    /// The load of a drop's scan.
    slot_word scan() const noexcept {
        // seq_cst: after the CAS to DROPPED in the one order of all [E:drop-dekker]
        return slot_word{word_.load(detail::seq_cst)};
    }

    /// EMPTY → LINK. On failure `seen` is what the slot holds instead.
    bool try_link(slot_word link, slot_word &seen) noexcept {
        return step(slot_word::empty(), link, seen);
    }

    /// EMPTY → SEALED. On failure `seen` is what the slot holds instead.
    bool try_seal(slot_word &seen) noexcept {
        return step(slot_word::empty(), slot_word::sealed(), seen);
    }

    /// LINK → TOMBSTONE. False: it was done by another thread.
    bool try_unlink(slot_word link) noexcept {
        slot_word seen;
        return step(link, slot_word::tombstone(), seen);
    }

private:
    bool step(slot_word from, slot_word to, slot_word &seen) noexcept {
        FERRY_ASSERT(slot_word::may_become(from, to), "a slot was about to change illegally");
        std::uint64_t bits = from.bits();
        // Failure: another thread settled the slot, and made progress; who loops looks again.
        // seq_cst: publishes the node [E:slot-publish], and is before the helper's second load of
        // the state in the one order of all [E:drop-dekker]
        const bool done =
            word_.compare_exchange_strong(bits, to.bits(), detail::seq_cst, detail::acquire);
        seen = slot_word{bits};
        return done;
    }

    detail::atomic<std::uint64_t> word_;
};

using detail::bucket_slots;

/// One cache line of slots: the unit of probing and of migration. In zeroed memory all are EMPTY.
struct alignas(detail::line_bytes) bucket {
    static constexpr unsigned slot_count = bucket_slots;

    slot slots[bucket_slots];
};
static_assert(sizeof(bucket) == detail::line_bytes);

FERRY_ENGINE_END
