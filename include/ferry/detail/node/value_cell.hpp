// SPDX-License-Identifier: BSL-1.0
#pragma once

// The atomic value state of a node, with its transitions as named functions.
//
// Orders. A CAS makes a value the live one and publishes it; an acquire load reads it
// [E:value-publish]. The CAS is also seq_cst: the label of what it unlinks is read after it in the
// total order [E:label], and the CAS to DROPPED precedes the scan of the links [E:drop-dekker].

#include "ferry/detail/node/value_word.hpp"
#include "ferry/detail/platform/assert.hpp"
#include "ferry/detail/platform/atomic.hpp"

FERRY_ENGINE_BEGIN

class value_cell {
public:
    explicit value_cell(value_word first) noexcept : word_(first.bits()) {}

    value_word load() const noexcept {
        // acquire: makes the value visible [E:value-publish]
        return value_word{word_.load(detail::acquire)};
    }

    /// A helper's second load, after its linking CAS.
    value_word load_after_link() const noexcept {
        // seq_cst: follows the linking CAS in the total order [E:drop-dekker]
        return value_word{word_.load(detail::seq_cst)};
    }

    /// LIVE or DEAD → `to`. On failure `seen` is the present state.
    bool try_change(value_word &seen, value_word to) noexcept {
        FERRY_ASSERT(value_word::may_become(seen, to), "a value was about to change illegally");
        std::uint64_t bits = seen.bits();
        // Failure: another thread changed this key, and made progress; or it took or gave back the
        // node's free place (node/publish.hpp). A caller that loops looks again.
        // seq_cst: publishes the value [E:value-publish]; precedes the load of the label of what it
        // unlinks [E:label]; to DROPPED: precedes the scan of the links [E:drop-dekker]
        const bool done =
            word_.compare_exchange_strong(bits, to.bits(), detail::seq_cst, detail::acquire);
        seen = value_word{bits};
        return done;
    }

    /// DEAD → DROPPED. True: this thread made the change, and has to unlink and retire the node.
    bool try_drop() noexcept {
        value_word seen = load();
        // Failure: another thread revived the key or dropped the node, and made progress; or it
        // took or gave back the node's free place (node/publish.hpp).
        while (seen.is_dead()) {
            if (try_change(seen, value_word::dropped())) {
                return true;
            }
        }
        return false;
    }

    /// Only while no other thread reaches the node: before it is linked, or when the map ends.
    void reset(value_word word) noexcept {
        word_.store(word.bits(), detail::relaxed); // relaxed: the link publishes it
    }

    /// The garbage link of a DROPPED or spare node.
    detail::atomic<std::uint64_t> &link() noexcept { return word_; }

private:
    detail::atomic<std::uint64_t> word_;
};

FERRY_ENGINE_END
