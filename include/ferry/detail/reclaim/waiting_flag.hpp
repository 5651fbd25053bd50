// SPDX-License-Identifier: BSL-1.0
#pragma once

// A flag that says whether to look into garbage lists that are mostly empty. It is up whenever
// something lies there, and is lowered by who finds them empty: no count that a thread could hold
// up for ever, by stopping with something in its hands, or by being lost in a fork.
//
//   | version (31) | up (1) |
//
//   W1  Whoever puts something into the lists, or back there, raises the flag after it did. A
//       raise is a new version.
//   W2  The flag is lowered by a CAS from the word that was read before the lists were found empty.
//   W3  So while something lies there whose owner has raised the flag, it is up. Take the owner's
//       raise, and a lowering whose look did not find the thing. If the raise comes before the read
//       of the word, the look comes after the push [E:waiting-flag], and finds the thing unless
//       another thread has it in hand, who raises the flag anew if it puts the thing back. If the
//       raise comes after the read, the CAS fails, or the raise comes after the CAS.
//   W4  A thread that stops between its push and its raise leaves the thing there until the next
//       raise, or until somebody looks unasked. Nobody waits for it.
//   W5  drain_all need not raise: it puts back only what it takes again, to its end.
//
// Progress: lock-free. A raise is repeated for another thread's raise or lowering; all else is
// wait-free.

#include "ferry/detail/reclaim/garbage.hpp"

FERRY_DETAIL_BEGIN

class waiting_flag {
public:
    /// The word as it was before a look. Versions repeat after 2^31 raises, each for a large table:
    /// no look lasts that long.
    using word = std::uint32_t;

    bool is_up() const noexcept {
        return (word_.load(relaxed) & up) != 0; // relaxed: a hint to look
    }

    /// Something has been put into the lists.
    void raise() noexcept {
        word seen = word_.load(relaxed); // relaxed: only compared
        // Failure: another thread raised or lowered the flag, and made progress.
        // release: the push comes before a look that begins with this word [E:waiting-flag]
        while (!word_.compare_exchange_weak(seen, (seen | up) + next_version, release, relaxed)) {
        }
    }

    word before_look() const noexcept {
        // acquire: what was pushed before a raise is there for the look [E:waiting-flag]
        return word_.load(acquire);
    }

    /// The lists were empty in a look after `seen` was read.
    void lower(word seen) noexcept {
        // Failure: another thread raised the flag, or lowered it, and made progress.
        // relaxed: publishes nothing, and goes on with the release sequences of the raises
        word_.compare_exchange_strong(seen, seen & ~up, relaxed, relaxed);
    }

    /// Nobody else may use either.
    void take_over(const waiting_flag &other) noexcept {
        word_.store(other.word_.load(relaxed), relaxed); // relaxed: one thread
    }

private:
    static constexpr word up = 1;
    static constexpr word next_version = 2;

    atomic<word> word_{0};
};

/// Adds an item to lists that the flag is for: see garbage_stripe::retire.
inline void retire_flagged(garbage_stripe &lists, waiting_flag &flag, retired_item item,
                           const domain &home) noexcept {
    lists.retire(item, home, false);
    flag.raise();
}

/// Disposes of a few expired items: see garbage_stripe::drain. Lowers the flag if there is nothing.
template <class Dispose>
void drain_flagged(garbage_stripe &lists, waiting_flag &flag, const domain &home, Dispose &&dispose,
                   unsigned most_frees = frees_per_drain) {
    const waiting_flag::word seen = flag.before_look();
    if (lists.drain(home, false, dispose, most_frees)) {
        flag.raise(); // for what was put back
    } else if (lists.all_empty()) {
        flag.lower(seen);
    }
}

FERRY_DETAIL_END
