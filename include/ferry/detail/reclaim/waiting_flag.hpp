// SPDX-License-Identifier: BSL-1.0
#pragma once

// A flag that says whether to look into garbage lists that are mostly empty. It is up while
// something lies in the lists, and a thread that finds them empty lowers it. A count would not do:
// a thread could hold it up for ever, by stopping with an item in hand or by being lost in a fork.
//
//   | version (31) | up (1) |
//
//   W1  A thread that puts an item into the lists, or puts one back, raises the flag afterwards.
//       Each raise is a new version.
//   W2  The flag is lowered by a CAS from the word that was read before the lists were found empty.
//   W3  So the flag is up while an item lies there whose owner has raised the flag. To see this,
//       take the owner's raise, and a lowering whose look did not find the item. If the raise comes
//       before the read of the word, the look comes after the push [E:waiting-flag]. The look then
//       finds the item, unless another thread has it in hand; if that thread puts it back, it
//       raises the flag again. If the raise comes after the read, either the CAS fails, or the
//       raise comes after the CAS.
//   W4  If a thread stops between its push and its raise, the item stays there until the next
//       raise, or until a thread looks without regard to the flag. No thread waits for it.
//   W5  drain_all need not raise the flag, because it takes again all that it puts back.
//
// Progress: lock-free. A raise is retried after another thread's raise or lowering. All else is
// wait-free.

#include "ferry/detail/reclaim/garbage.hpp"

FERRY_DETAIL_BEGIN

class waiting_flag {
public:
    /// The word as it was before a look. Versions repeat after 2^31 raises, each for a large table
    /// or a piece of one. No look lasts that long.
    using word = std::uint32_t;

    bool is_up() const noexcept {
        return (word_.load(relaxed) & up) != 0; // relaxed: only a hint to look
    }

    /// Something was put into the lists.
    void raise() noexcept {
        word seen = word_.load(relaxed); // relaxed: only compared
        // Failure: another thread raised or lowered the flag, and made progress.
        // release: the push comes before a look that begins with this word [E:waiting-flag]
        while (!word_.compare_exchange_weak(seen, (seen | up) + next_version, release, relaxed)) {
        }
    }

    word before_look() const noexcept {
        // acquire: the look finds what was pushed before a raise [E:waiting-flag]
        return word_.load(acquire);
    }

    /// The lists were found empty in a look that began after `seen` was read.
    void lower(word seen) noexcept {
        // Failure: another thread raised or lowered the flag, and made progress.
        // relaxed: publishes nothing, and continues the release sequences of the raises
        word_.compare_exchange_strong(seen, seen & ~up, relaxed, relaxed);
    }

    /// No other thread may use either flag.
    void take_over(const waiting_flag &other) noexcept {
        word_.store(other.word_.load(relaxed), relaxed); // relaxed: one thread
    }

private:
    static constexpr word up = 1;
    static constexpr word next_version = 2;

    atomic<word> word_{0};
};

/// Adds an item to the flag's lists: see garbage_stripe::retire.
inline void retire_flagged(garbage_stripe &lists, waiting_flag &flag, retired_item item,
                           const domain &home) noexcept {
    lists.retire(item, home, false);
    flag.raise();
}

/// Disposes of a few expired items: see garbage_stripe::drain. Lowers the flag if the lists are
/// empty.
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
