// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which bucket of a table is migrated next, and which are done.
//
//   cursor     deals shares of neighbouring buckets to the stripes; a hint
//   done bits  one for each bucket; the truth
//
//   T3  A bucket's done bit is set after all its slots were settled, and never cleared. That all
//       are done is read from the bits alone: a count could be held back for ever by one thread.
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
    static constexpr std::size_t words_for(std::size_t buckets) noexcept {
        return (buckets + 63) / 64;
    }

    /// `done`: words_for(buckets) words that are 0.
    dealer(detail::atomic<std::uint64_t> *done, std::size_t buckets) noexcept
        : done_(done), buckets_(buckets) {
        // The bits beyond the last bucket. Written to even if there are none: this page is the
        // first buckets', too, unless they begin with one of their own.
        const std::size_t last_bits = buckets % 64;
        // relaxed: the table is not published yet
        done_[words() - 1].store(last_bits != 0 ? ~std::uint64_t{0} << last_bits : 0,
                                 detail::relaxed);
    }

    /// A bucket to migrate: the next of the stripe's share, which `next` is, or of a new share
    /// while the cursor lasts, then any that is not done. The number of buckets when all that was
    /// looked at is done.
    std::size_t choose(detail::atomic<std::size_t> &next, unsigned thread_index) noexcept {
        // relaxed: hints; two threads of a stripe may choose the same bucket
        std::size_t mine = next.load(detail::relaxed);
        if (mine % detail::buckets_per_share == 0) {
            // relaxed: as above
            mine = cursor_.load(detail::relaxed);
            if (mine < buckets_) {
                mine =
                    cursor_.fetch_add(detail::buckets_per_share, detail::relaxed); // relaxed: same
            }
        }
        if (mine < buckets_) {
            next.store(mine + 1, detail::relaxed); // relaxed: as above
            return mine;
        }
        const std::size_t word = first_open_word();
        if (word == words()) {
            return buckets_;
        }
        // acquire: as in all_done [E:bucket-done]
        const std::uint64_t open = ~done_[word].load(detail::acquire);
        if (open == 0) {
            return buckets_;
        }
        // Helpers start at different bits, so that they seldom do the same bucket twice.
        const unsigned turn = (thread_index * 7) % 64;
        const auto turned = std::rotr(open, static_cast<int>(turn));
        const unsigned bit = (static_cast<unsigned>(std::countr_zero(turned)) + turn) % 64;
        return word * 64 + bit;
    }

    void set_done(std::size_t index) noexcept {
        // acq_rel: the bucket's slots are settled before all_done sees the bit [E:bucket-done]
        done_[index / 64].fetch_or(std::uint64_t{1} << (index % 64), detail::acq_rel);
    }

    /// Whether every bucket is done, as far as a bounded look tells: false may mean that the
    /// look did not get to the end, and the next begins where it stopped.
    bool all_done() noexcept { return first_open_word() == words(); }

    /// Buckets that are done; a look at all of the bits.
    std::size_t count_done() const noexcept {
        std::size_t done = 0;
        for (std::size_t i = 0; i < words(); ++i) {
            // relaxed: a figure for people
            done += static_cast<std::size_t>(std::popcount(done_[i].load(detail::relaxed)));
        }
        return done - (words() * 64 - buckets_);
    }

    /// The word with a bucket's bit.
    const void *word_of(std::size_t index) const noexcept { return done_ + index / 64; }

private:
    std::size_t words() const noexcept { return words_for(buckets_); }

    /// The first word with an open bit, or words(); a monotone hint, moved on by a bounded
    /// number of words a call.
    std::size_t first_open_word() noexcept {
        // acquire: the settled slots behind the words that others passed [E:bucket-done]
        std::size_t word = open_hint_.load(detail::acquire);
        const std::size_t start = word;
        const std::size_t stop = std::min(words(), start + detail::done_words_per_help);
        // acquire: the settled slots behind the bits [E:bucket-done]
        while (word < stop && done_[word].load(detail::acquire) == ~std::uint64_t{0}) {
            ++word;
        }
        if (word != start) {
            std::size_t seen = start;
            // Failure: another thread moved the hint on, and made progress; we do not insist.
            // acq_rel: hands on the settled slots behind the words we passed [E:bucket-done]
            open_hint_.compare_exchange_strong(seen, word, detail::acq_rel, detail::relaxed);
        }
        return word;
    }

    detail::atomic<std::uint64_t> *const done_;
    const std::size_t buckets_;
    // Written by all helpers.
    detail::atomic<std::size_t> cursor_{0};
    detail::atomic<std::size_t> open_hint_{0};
};

FERRY_ENGINE_END
