// SPDX-License-Identifier: BSL-1.0
#pragma once

// An atomic slot, with named transitions. Eight slots on one cache line are a bucket.
//
// Orders. A CAS publishes a link, and an acquire load reads it [E:slot-publish]. The CAS and the
// scan's load are also seq_cst: a helper links a node and then reads its state, a dropper changes
// the state and then reads the links, and one of them must see the other [E:drop-dekker].

#include "ferry/detail/node/slot_word.hpp"
#include "ferry/detail/platform/assert.hpp"
#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/pages.hpp"
#include "ferry/detail/platform/tuning.hpp"

FERRY_ENGINE_BEGIN

class slot {
public:
    slot_word load() const noexcept {
        // acquire: makes a linked node visible, or `next` after SEALED [E:slot-publish]
        return slot_word{word_.load(detail::acquire)};
    }

    /// The load with which a dropper looks for links.
    slot_word scan() const noexcept {
        // seq_cst: follows the CAS to DROPPED in the total order [E:drop-dekker]
        return slot_word{word_.load(detail::seq_cst)};
    }

    /// EMPTY → LINK. On failure `seen` is the word that the slot holds.
    bool try_link(slot_word link, slot_word &seen) noexcept {
        return step(slot_word::empty(), link, seen);
    }

    /// EMPTY → SEALED. On failure `seen` is the word that the slot holds.
    bool try_seal(slot_word &seen) noexcept {
        return step(slot_word::empty(), slot_word::sealed(), seen);
    }

    /// LINK → TOMBSTONE. False: another thread did it.
    bool try_unlink(slot_word link) noexcept {
        slot_word seen;
        return step(link, slot_word::tombstone(), seen);
    }

private:
    bool step(slot_word from, slot_word to, slot_word &seen) noexcept {
        FERRY_ASSERT(slot_word::may_become(from, to), "a slot was about to change illegally");
        std::uint64_t bits = from.bits();
        // Failure: another thread changed the slot, and made progress; a calling loop looks again.
        // seq_cst: publishes the node [E:slot-publish]; precedes the helper's second load of the
        // state in the total order [E:drop-dekker]
        const bool done =
            word_.compare_exchange_strong(bits, to.bits(), detail::seq_cst, detail::acquire);
        seen = slot_word{bits};
        return done;
    }

    detail::atomic<std::uint64_t> word_;
};

using detail::bucket_slots;

/// One cache line of slots: the unit of probing and of migration. Zeroed memory is all EMPTY.
struct alignas(detail::line_bytes) bucket {
    static constexpr unsigned spare_bits = 0;
    static constexpr std::size_t unit = 1;
    static constexpr std::size_t prefault_bytes = detail::page_bytes;
    static constexpr unsigned slot_count = bucket_slots;

    slot slots[bucket_slots];
};
static_assert(sizeof(bucket) == detail::line_bytes);

FERRY_ENGINE_END
