// SPDX-License-Identifier: BSL-1.0
#pragma once

// Chooses the unit of a table that is migrated next, and knows which units are done. A unit is what
// is migrated together: Bucket::unit neighbouring buckets.
//
//   cursor     deals shares of neighbouring units to the stripes; a hint
//   done bits  one for each unit; they alone decide
//
//   T3  A unit's done bit is set after all its slots were settled, and is never cleared. Whether
//       all units are done is read from the bits alone, because one thread could hold back a
//       count forever.
//
// Progress: wait-free; each call looks at a bounded number of words.

#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/tuning.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

FERRY_ENGINE_BEGIN

class alignas(detail::apart_bytes) dealer {
public:
    static constexpr std::size_t words_for(std::size_t units) noexcept { return (units + 63) / 64; }

    /// `done`: words_for(units) words that are 0.
    dealer(detail::atomic<std::uint64_t> *done, std::size_t units) noexcept
        : done_(done), units_(units) {
        // The bits beyond the last unit. The word is written even if there are none: its page is
        // that of the first buckets, too, unless they begin on a page of their own.
        const std::size_t last_bits = units % 64;
        // relaxed: the table is not published yet
        done_[words() - 1].store(last_bits != 0 ? ~std::uint64_t{0} << last_bits : 0,
                                 detail::relaxed);
    }

    /// A unit to migrate: the next one of the stripe's share, which is `next`, or the first of a
    /// new share while the cursor lasts. After that, any unit that is not done. Returns the
    /// number of units if all that it looked at are done.
    std::size_t choose(detail::atomic<std::size_t> &next, unsigned thread_index) noexcept {
        // relaxed: hints; two threads of a stripe may choose the same unit
        std::size_t mine = next.load(detail::relaxed);
        if (mine % detail::units_per_share == 0) {
            // relaxed: as above
            mine = cursor_.load(detail::relaxed);
            if (mine < units_) {
                mine = cursor_.fetch_add(detail::units_per_share, detail::relaxed); // relaxed: same
            }
        }
        if (mine < units_) {
            next.store(mine + 1, detail::relaxed); // relaxed: as above
            return mine;
        }
        const std::size_t word = first_open_word();
        if (word == words()) {
            return units_;
        }
        // acquire: as in first_open_word [E:bucket-done]
        const std::uint64_t open = ~done_[word].load(detail::acquire);
        if (open == 0) {
            return units_;
        }
        // Helpers start at different bits, so that two seldom choose the same unit.
        const unsigned turn = (thread_index * 7) % 64;
        const auto turned = std::rotr(open, static_cast<int>(turn));
        const unsigned bit = (static_cast<unsigned>(std::countr_zero(turned)) + turn) % 64;
        return word * 64 + bit;
    }

    void set_done(std::size_t index) noexcept {
        // acq_rel: the unit's slots are settled before all_done sees the bit [E:bucket-done]
        done_[index / 64].fetch_or(std::uint64_t{1} << (index % 64), detail::acq_rel);
    }

    /// Whether every unit is done. The look is bounded: false may mean that it did not reach the
    /// end. The next look begins where this one stopped.
    bool all_done() noexcept { return first_open_word() == words(); }

    /// Units that are done. Reads all bits.
    std::size_t count_done() const noexcept {
        std::size_t done = 0;
        for (std::size_t i = 0; i < words(); ++i) {
            // relaxed: only for statistics
            done += static_cast<std::size_t>(std::popcount(done_[i].load(detail::relaxed)));
        }
        return done - (words() * 64 - units_);
    }

    /// The word that holds a unit's done bit.
    const void *word_of(std::size_t index) const noexcept { return done_ + index / 64; }

private:
    std::size_t words() const noexcept { return words_for(units_); }

    /// The first word that may have an open bit, or words(). Starts from a hint that only grows,
    /// and moves it on by a bounded number of words.
    std::size_t first_open_word() noexcept {
        // acquire: the settled slots of the words that other threads passed [E:bucket-done]
        std::size_t word = open_hint_.load(detail::acquire);
        const std::size_t start = word;
        const std::size_t stop = std::min(words(), start + detail::done_words_per_help);
        // acquire: the settled slots of the set bits [E:bucket-done]
        while (word < stop && done_[word].load(detail::acquire) == ~std::uint64_t{0}) {
            ++word;
        }
        if (word != start) {
            std::size_t seen = start;
            // Failure: another thread moved the hint on, and made progress; we do not retry.
            // acq_rel: passes on the settled slots of the words that we passed [E:bucket-done]
            open_hint_.compare_exchange_strong(seen, word, detail::acq_rel, detail::relaxed);
        }
        return word;
    }

    detail::atomic<std::uint64_t> *const done_;
    const std::size_t units_;
    // Written by all helpers.
    detail::atomic<std::size_t> cursor_{0};
    detail::atomic<std::size_t> open_hint_{0};
};

FERRY_ENGINE_END
