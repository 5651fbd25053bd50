// SPDX-License-Identifier: BSL-1.0
#pragma once

// Chooses the unit of a table that is migrated next, and knows which units are done. A unit is what
// is migrated together: Bucket::unit neighbouring buckets.
//
//   cursor     deals shares of neighbouring units to the stripes; a hint
//   done bits  one bit for each unit, one word for each share; only they say whether a unit is done
//
// Neighbouring shares are migrated at the same time, by different threads. So their words are far
// apart, in blocks of columns: share i of a block is in column i % columns, and a column fills a
// cache line or two. A word of 64 bits for 16 units spreads them further.
//
//   T3  A unit's done bit is set after all its slots were settled, and is never cleared. Whether
//       all units are done is read from the bits alone, because one thread could hold back a
//       count forever.
//
// Progress: wait-free; each call but count_done looks at a bounded number of words.

#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/tuning.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

FERRY_ENGINE_BEGIN

class dealer {
public:
    /// Size of the members at the end of this object, which all helpers write.
    static constexpr std::size_t written_bytes = 16;

    /// What a table of so many units needs.
    static constexpr std::size_t words_for(std::size_t units) noexcept {
        const std::size_t shares = shares_of(units);
        return grid(shares).words_for(shares);
    }

    /// A unit, and whether its thread looks afterwards whether all are done. If every unit that was
    /// looked at is done, `unit` is the number of units.
    struct choice {
        std::size_t unit;
        bool looks_for_end;
    };

    /// `done`: words_for(units) words that are 0.
    dealer(detail::atomic<std::uint64_t> *done, std::size_t units) noexcept
        : done_(done), units_(units), grid_(shares_of(units)) {
        // Written so that its page is there, which most often is that of the first buckets, too.
        done_[words_for(units) - 1].store(0, detail::relaxed); // relaxed: not published yet
    }

    /// A unit to migrate: the next one of the stripe's share, which is `next`, or the first of a
    /// new share while the cursor lasts. After that, any unit that is not done.
    choice choose(detail::atomic<std::size_t> &next, unsigned record_index) noexcept {
        // relaxed: hints; two threads of a stripe may choose the same unit
        std::size_t mine = next.load(detail::relaxed);
        if (mine % per_share == 0) {
            // relaxed: as above
            mine = cursor_.load(detail::relaxed);
            if (mine < units_) {
                mine = cursor_.fetch_add(per_share, detail::relaxed); // relaxed: same
            }
        }
        if (mine < units_) {
            next.store(mine + 1, detail::relaxed); // relaxed: as above
            return {mine, (mine + 1) % (shares_per_look * per_share) == 0 || mine + 1 == units_};
        }
        return {any_open(record_index), true};
    }

    void set_done(std::size_t unit) noexcept {
        // acq_rel: the unit's slots are settled before all_done sees the bit [E:bucket-done]
        word_of(unit / per_share).fetch_or(std::uint64_t{1} << unit % per_share, detail::acq_rel);
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
        return done;
    }

    /// The end of what is prefaulted of the words with the first `units` units: one word for each
    /// share, and two while there are more words than shares. These are not the shares' own words.
    const void *end_of_words(std::size_t units) const noexcept {
        const std::size_t shares = std::min(units / per_share, shares_of(units_));
        return done_ + shares + std::min(shares, words() - shares_of(units_));
    }

private:
    static constexpr std::size_t per_share = detail::units_per_share;
    static constexpr std::size_t words_of_line = detail::line_bytes / sizeof(std::uint64_t);

    /// Where the words of so many shares are: in blocks of columns. A large table has several
    /// blocks, so that the words are full in about the order in which they stand. All sizes are
    /// powers of two.
    struct grid {
        explicit constexpr grid(std::size_t shares) noexcept
            : column_bits(static_cast<std::uint8_t>(
                  std::bit_width(std::clamp<std::size_t>(shares / words_of_line, 1, most_columns)) -
                  1)),
              row_bits(columns() == most_columns || shares == columns() * words_of_line ? 3 : 4) {}

        constexpr std::size_t columns() const noexcept { return std::size_t{1} << column_bits; }
        constexpr std::size_t block() const noexcept { return columns() << row_bits; }

        /// Whole blocks. The words of a single column end with the shares.
        constexpr std::size_t words_for(std::size_t shares) const noexcept {
            return columns() == 1 ? shares : (shares + block() - 1) & ~(block() - 1);
        }
        constexpr std::size_t word_of(std::size_t share) const noexcept {
            const std::size_t in_block = share & (block() - 1);
            return share - in_block + ((in_block & (columns() - 1)) << row_bits) +
                   (in_block >> column_bits);
        }
        constexpr std::size_t share_at(std::size_t word) const noexcept {
            const std::size_t in_block = word & (block() - 1);
            return word - in_block +
                   ((in_block & ((std::size_t{1} << row_bits) - 1)) << column_bits) +
                   (in_block >> row_bits);
        }

        std::uint8_t column_bits;
        std::uint8_t row_bits; // a line or two
    };
    static constexpr std::size_t most_columns = detail::max_stripes;
    /// Of so many shares, one thread moves the hint on. It passes as many words at least.
    static constexpr std::size_t shares_per_look = detail::done_words_per_help / 2;

    static constexpr std::size_t shares_of(std::size_t units) noexcept {
        return (units + per_share - 1) / per_share;
    }
    std::size_t words() const noexcept { return grid_.words_for(shares_of(units_)); }

    detail::atomic<std::uint64_t> &word_of(std::size_t share) const noexcept {
        return done_[grid_.word_of(share)];
    }

    /// The bits of a word's units that are not done.
    std::uint64_t open_in(std::size_t word) const noexcept {
        const std::size_t first = grid_.share_at(word) * per_share;
        if (first >= units_) {
            return 0;
        }
        const std::uint64_t all = ~std::uint64_t{0} >> (64 - std::min(units_ - first, per_share));
        // acquire: the settled slots of the set bits [E:bucket-done]
        return all & ~done_[word].load(detail::acquire);
    }

    /// Any unit that is not done, or the number of units.
    std::size_t any_open(unsigned record_index) noexcept {
        std::size_t word = first_open_word();
        if (word == words()) {
            return units_;
        }
        // Helpers start at different words and bits, so that two seldom choose the same unit.
        const std::size_t other = word + record_index / per_share % 4;
        std::uint64_t open = other < words() ? open_in(other) : 0;
        if (open != 0) {
            word = other;
        } else if (open = open_in(word); open == 0) {
            return units_;
        }
        const unsigned turn = record_index * 7 % per_share;
        const std::uint64_t behind = open >> turn;
        const auto bit = behind != 0 ? static_cast<unsigned>(std::countr_zero(behind)) + turn
                                     : static_cast<unsigned>(std::countr_zero(open));
        return grid_.share_at(word) * per_share + bit;
    }

    /// The first word that may have an open bit, or words(). Starts from a hint that only grows,
    /// and moves it on by a bounded number of words.
    std::size_t first_open_word() noexcept {
        // acquire: the settled slots of the words that other threads passed [E:bucket-done]
        std::size_t word = open_hint_.load(detail::acquire);
        const std::size_t start = word;
        const std::size_t stop = std::min(words(), start + detail::done_words_per_help);
        while (word < stop && open_in(word) == 0) {
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
    const grid grid_;
    // Written by all helpers.
    detail::atomic<std::size_t> cursor_{0};
    detail::atomic<std::size_t> open_hint_{0};
};

FERRY_ENGINE_END
