// SPDX-License-Identifier: BSL-1.0
#pragma once

// A table: buckets of slots, and what is known of their migration. One block of memory:
//
//   | header, read by all | migration's own lines | used, in stripes | done bits | buckets … |
//
//   T1  `next` is set once and never changes.
//   T2  The table's slots are settled (sealed, linked further, dropped) only while it is the root,
//       or after.
//   T3  A bucket's done bit is set after all its slots were settled, and never cleared. That all
//       are done is read from the bits alone: a count could be held back for ever by one thread.

#include "ferry/detail/platform/pages.hpp"
#include "ferry/detail/table/geometry.hpp"
#include "ferry/detail/chain/stripes.hpp"

#include <new>

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// When the system is made to provide a table's memory.
enum class provided : std::uint8_t {
    piece_by_piece, ///< ahead of the buckets that move there
    at_once,        ///< by its maker, before others see it: keys go there from the start
};

class alignas(detail::apart_bytes) table {
public:
    /// An empty table, or nullptr when there is no memory. Its memory is provided ahead of the
    /// buckets that move here, or by the caller, before others see the table (populate_all).
    static table *make(geometry shape, unsigned stripes, bool huge_pages, provided when) noexcept {
        const layout at(shape, stripes);
        void *memory = detail::allocate_zeroed(at.bytes, huge_pages);
        return memory != nullptr ? ::new (memory)
                                       table(shape, stripes, at, memory, huge_pages, when)
                                 : nullptr;
    }

    /// Gives back a table that nobody uses any more, or a piece of it. True: that was the last.
    static bool free_piece(table *old) noexcept {
        const std::size_t left =
            detail::release_piece(old, old->bytes_left_, old->bytes_, old->huge_pages_);
        if (left == 0) {
            return true;
        }
        old->bytes_left_ = left;
        return false;
    }
    static void free(table *old) noexcept {
        while (!free_piece(old)) {
        }
    }
    /// One that was not published, and whose memory was not provided.
    static void free_unused(table *made) noexcept { detail::release_untouched(made, made->bytes_); }

    table(const table &) = delete;
    table &operator=(const table &) = delete;

    const geometry &shape() const noexcept { return shape_; }
    std::size_t capacity() const noexcept { return shape_.capacity(); }
    std::size_t bytes() const noexcept { return bytes_; }
    /// Whether its memory comes in pages, piece by piece.
    bool is_large() const noexcept { return bytes_ >= detail::pages_from_bytes; }
    /// Those that free_piece has not given back.
    std::size_t bytes_left() const noexcept { return bytes_left_; }

    /// First bucket of a hash's path, which has `path_buckets()`.
    [[gnu::always_inline]] bucket *home(std::uint64_t hash) const noexcept {
        return buckets_ + (hash >> shift_);
    }
    std::size_t path_buckets() const noexcept { return path_buckets_; }

    bucket &bucket_at(std::size_t index) const noexcept { return buckets_[index]; }

    /// The table that keys go to when this one is full or sealed; nullptr until there is one.
    table *next() const noexcept {
        // acquire: the table's header [E:next-publish]
        return next_.load(detail::acquire);
    }

    /// As next(), for the scan of a drop.
    table *scan_next() const noexcept {
        // seq_cst: after the CAS to DROPPED in the one order of all [E:drop-dekker]; the table's
        // header [E:next-publish]
        return next_.load(detail::seq_cst);
    }

    /// Makes `candidate` the next table; false: there is one already (T1).
    bool try_set_next(table *candidate) noexcept {
        table *none = nullptr;
        // Failure: another thread published its table, and made progress.
        // seq_cst: publishes the table [E:next-publish]; before any helper's link into it, in the
        // one order of all [E:drop-dekker]
        return next_.compare_exchange_strong(none, candidate, detail::seq_cst, detail::acquire);
    }

    // --- what is used ---

    /// Counts a link made here. True: it is time to look at the sum.
    bool count_used(detail::stripe_seat seat) noexcept {
        return rolls_over(used_[seat.index].used.add(seat.owned, 1));
    }

    /// Whether a stripe's count is one at which the sums are looked at: the rarer the larger the
    /// table, so that what the stripes' places have not reported stays under 1/16 of the capacity.
    bool rolls_over(std::int64_t count) const noexcept {
        return (static_cast<std::uint64_t>(count) & used_mask_) == 0;
    }
    /// The same for dead keys, of which there may be many even in the smallest table.
    bool dead_rolls_over(std::int64_t count) const noexcept {
        return (static_cast<std::uint64_t>(count) & dead_mask_) == 0;
    }

    /// Links and gaps here; may be off by operations under way.
    std::size_t used() const noexcept {
        std::int64_t sum = 0;
        for (unsigned i = 0; i <= stripe_mask_; ++i) {
            sum += used_[i].used.load();
        }
        return static_cast<std::size_t>(std::max<std::int64_t>(sum, 0));
    }

    // --- which bucket next ---

    /// A bucket to migrate: the next of the stripe's share, or of a new share while the cursor
    /// lasts, then any that is not done. buckets() when all that was looked at is done.
    std::size_t choose_bucket(unsigned thread_index) noexcept {
        auto &next = used_[thread_index & stripe_mask_].next_bucket;
        // relaxed: hints; two threads of a stripe may choose the same bucket
        std::size_t mine = next.load(detail::relaxed);
        if (mine % detail::buckets_per_share == 0) {
            // relaxed: as above
            mine = cursor_.load(detail::relaxed);
            if (mine < shape_.buckets()) {
                mine =
                    cursor_.fetch_add(detail::buckets_per_share, detail::relaxed); // relaxed: same
            }
        }
        if (mine < shape_.buckets()) {
            next.store(mine + 1, detail::relaxed); // relaxed: as above
            return mine;
        }
        const std::size_t word = first_open_word();
        if (word == done_words_) {
            return shape_.buckets();
        }
        // acquire: as in all_done [E:bucket-done]
        const std::uint64_t open = ~done_[word].load(detail::acquire);
        if (open == 0) {
            return shape_.buckets();
        }
        // Helpers start at different bits, so that they seldom do the same bucket twice.
        const unsigned turn = (thread_index * 7) % 64;
        const auto turned = std::rotr(open, static_cast<int>(turn));
        const unsigned bit = (static_cast<unsigned>(std::countr_zero(turned)) + turn) % 64;
        return word * 64 + bit;
    }

    /// Provides all of the memory, in pieces, so that nobody else waits long for the system
    /// meanwhile; calls `between()` after each.
    template <class F>
    void populate_all(F &&between) noexcept {
        if (!is_large()) {
            return;
        }
        const std::size_t bytes = up_to_page(bytes_);
        for (std::size_t done = 0; done < bytes; done += detail::populate_bytes) {
            detail::populate_for_writing(reinterpret_cast<std::byte *>(this) + done,
                                         std::min(detail::populate_bytes, bytes - done));
            between();
        }
    }

    /// Before buckets of a table of `from`'s shape move here, beginning with `index`, the first of
    /// a share: provides pages that they and later ones come to, and those of the counters and done
    /// bits, ahead of where any stripe's share is; the first shares twice as much as they need
    /// until then. At most two pages of buckets and one of the others: a table that is more than
    /// four times as large is provided at once. The end of a long tail, where hardly anything goes,
    /// is left out.
    void populate_for_share(const geometry &from, std::size_t index) noexcept {
        if (provided_ == provided::at_once || !is_large()) {
            return;
        }
        const std::size_t far_enough = (stripe_mask_ + 1) * detail::buckets_per_share;
        const auto provided_before = [&](std::size_t bucket_index) {
            const std::size_t ahead = bucket_index + std::min(bucket_index, far_enough);
            return std::min(shape_.buckets(), shape_.bits >= from.bits
                                                  ? ahead << (shape_.bits - from.bits)
                                                  : ahead >> (from.bits - shape_.bits));
        };
        const std::size_t first = provided_before(index);
        const std::size_t last = provided_before(index + detail::buckets_per_share);
        populate(buckets_ + first, buckets_ + last);
        populate(index == 0 ? static_cast<const void *>(used_) : done_ + first / 64,
                 done_ + last / 64);
    }

    void set_done(std::size_t index) noexcept {
        // acq_rel: the bucket's slots are settled before all_done sees the bit [E:bucket-done]
        done_[index / 64].fetch_or(std::uint64_t{1} << (index % 64), detail::acq_rel);
    }

    /// Whether every bucket is done, as far as a bounded look tells: false may mean that the
    /// look did not get to the end, and the next begins where it stopped.
    bool all_done() noexcept { return first_open_word() == done_words_; }

    /// Buckets that are done; a look at all of the bitmap.
    std::size_t count_done() const noexcept {
        std::size_t done = 0;
        for (std::size_t i = 0; i < done_words_; ++i) {
            // relaxed: a figure for people
            done += static_cast<std::size_t>(std::popcount(done_[i].load(detail::relaxed)));
        }
        return done - (done_words_ * 64 - shape_.buckets());
    }

    detail::link_word &garbage_link() noexcept { return garbage_link_; }
    static table *of_garbage_link(detail::link_word &link) noexcept {
        return reinterpret_cast<table *>(reinterpret_cast<std::byte *>(&link) -
                                         garbage_link_offset);
    }

private:
    static constexpr std::size_t garbage_link_offset = 0;

    struct layout {
        layout(geometry shape, unsigned stripes) noexcept
            : done_words((shape.buckets() + 63) / 64), used(sizeof(table)),
              done(used + stripes * sizeof(table_stripe)),
              buckets((done + done_words * 8 + detail::apart_bytes - 1) / detail::apart_bytes *
                      detail::apart_bytes),
              bytes(buckets + shape.buckets() * sizeof(bucket)) {}

        std::size_t done_words;
        std::size_t used;
        std::size_t done;
        std::size_t buckets;
        std::size_t bytes;
    };

    table(geometry shape, unsigned stripes, const layout &at, void *memory, bool huge_pages,
          provided when) noexcept
        : shape_(shape), bytes_(at.bytes), path_buckets_(shape.path + 1), shift_(64 - shape.bits),
          stripe_mask_(stripes - 1), huge_pages_(huge_pages), provided_(when),
          done_words_(at.done_words), bytes_left_(at.bytes) {
        auto *bytes = static_cast<std::byte *>(memory);
        // Zeroed memory is counters at 0, done bits at 0 and slots that are EMPTY.
        used_ = std::launder(reinterpret_cast<table_stripe *>(bytes + at.used));
        done_ = std::launder(reinterpret_cast<detail::atomic<std::uint64_t> *>(bytes + at.done));
        buckets_ = std::launder(reinterpret_cast<bucket *>(bytes + at.buckets));
        const std::size_t places = std::size_t{2} * stripes;
        used_mask_ = period_mask(shape.capacity() / 16 / places);
        dead_mask_ = period_mask((shape.capacity() / 8 + detail::dead_to_sweep) / 2 / places);
        // The bits beyond the last bucket. Written to even if there are none: this page is the
        // first buckets', too, unless they begin with one of their own.
        const std::size_t last_bits = shape.buckets() % 64;
        // relaxed: the table is not published yet
        done_[done_words_ - 1].store(last_bits != 0 ? ~std::uint64_t{0} << last_bits : 0,
                                     detail::relaxed);
    }

    static constexpr std::uintptr_t up_to_page(std::uintptr_t bytes) noexcept {
        return (bytes + detail::page_bytes - 1) / detail::page_bytes * detail::page_bytes;
    }

    /// The pages that begin in [from, to).
    static void populate(const void *from, const void *to) noexcept {
        const auto end = reinterpret_cast<std::uintptr_t>(to);
        for (std::uintptr_t page = up_to_page(reinterpret_cast<std::uintptr_t>(from)); page < end;
             page += detail::page_bytes) {
            detail::populate_for_writing(reinterpret_cast<void *>(page), detail::page_bytes);
        }
    }

    /// Of a period of at most `most`, but 4096: a power of two.
    static constexpr std::uint64_t period_mask(std::size_t most) noexcept {
        return std::bit_floor(std::clamp<std::size_t>(most, 1, 4096)) - 1;
    }

    /// The first word with an open bit, or done_words_; a monotone hint, moved on by a bounded
    /// number of words a call.
    std::size_t first_open_word() noexcept {
        // acquire: the settled slots behind the words that others passed [E:bucket-done]
        std::size_t word = open_hint_.load(detail::acquire);
        const std::size_t start = word;
        const std::size_t stop = std::min(done_words_, start + detail::done_words_per_help);
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

    // Its offset is garbage_link_offset.
    detail::link_word garbage_link_{0};
    const geometry shape_;
    const std::size_t bytes_;
    const std::size_t path_buckets_;
    const unsigned shift_;
    const unsigned stripe_mask_;
    const bool huge_pages_;
    const provided provided_;
    std::uint64_t used_mask_ = 0;
    std::uint64_t dead_mask_ = 0;
    const std::size_t done_words_;
    std::size_t bytes_left_;
    bucket *buckets_ = nullptr;
    table_stripe *used_ = nullptr;
    detail::atomic<std::uint64_t> *done_ = nullptr;
    detail::atomic<table *> next_{nullptr};

    // Written by all helpers.
    alignas(detail::apart_bytes) detail::atomic<std::size_t> cursor_{0};
    detail::atomic<std::size_t> open_hint_{0};
};

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
