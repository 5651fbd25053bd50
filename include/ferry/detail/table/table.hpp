// SPDX-License-Identifier: BSL-1.0
#pragma once

// A table: buckets, counts of their use, and the state of their migration. One block of memory:
//
//   | header, read by all | cursor of the dealer, sums | stripes | done bits | buckets … |
//
// The stripes have lines of their own, unless there is only one.
//
// Only the engine knows the contents of a bucket. In zeroed memory every bucket is empty.
//
//   T1  `next` is set once and never changes.
//   T2  No slot is settled before the table becomes the root (M1).

#include "ferry/detail/platform/pages.hpp"
#include "ferry/detail/platform/rounding.hpp"
#include "ferry/detail/reclaim/retired_item.hpp"
#include "ferry/detail/table/counts.hpp"
#include "ferry/detail/table/dealer.hpp"
#include "ferry/detail/table/geometry.hpp"
#include "ferry/detail/table/prefault.hpp"

#include <new>

FERRY_ENGINE_BEGIN

/// Kinds of objects that a map retires. An engine adds its own.
namespace retired {
inline constexpr detail::retired_kind table{6};
} // namespace retired

/// `Bucket`: one cache line, with `Bucket::slot_count` slots; `Bucket::spare_bits` is for the
/// geometry, and `Bucket::prefault_bytes` says how much memory is prefaulted at a time.
template <class Bucket>
class basic_table {
public:
    using geometry = basic_geometry<Bucket::slot_count, Bucket::spare_bits>;

    static_assert(sizeof(Bucket) == detail::line_bytes);
    static_assert(detail::table_address_bits <= detail::retired_item::address_bits);

    /// An empty table, or nullptr if there is no memory. Its memory is prefaulted ahead of the
    /// buckets that move here, or as a whole by the caller before others see the table
    /// (prefault_all).
    static basic_table *make(geometry shape, unsigned stripes_of_map, bool huge_pages,
                             prefaulted when) noexcept {
        const layout at(shape, stripes_of_table(shape.capacity(), stripes_of_map));
        void *memory = detail::allocate_zeroed(at.bytes, huge_pages);
        return memory != nullptr
                   ? ::new (memory) basic_table(shape, stripes_of_map, at, memory, huge_pages, when)
                   : nullptr;
    }

    /// Gives back a table that no thread uses any more, or a piece of it. True: it was the last
    /// piece.
    static bool free_piece(basic_table *old) noexcept {
        const std::size_t left =
            detail::release_piece(old, old->bytes_left_, old->bytes_, old->huge_pages_);
        if (left == 0) {
            return true;
        }
        old->bytes_left_ = left;
        return false;
    }
    static void free(basic_table *old) noexcept {
        while (!free_piece(old)) {
        }
    }
    /// Frees a table that was not published, and whose memory was not prefaulted.
    static void free_unused(basic_table *made) noexcept {
        detail::release_untouched(made, made->bytes_);
    }

    basic_table(const basic_table &) = delete;
    basic_table &operator=(const basic_table &) = delete;

    const geometry &shape() const noexcept { return shape_; }
    std::size_t capacity() const noexcept { return shape_.capacity(); }
    std::size_t bytes() const noexcept { return bytes_; }
    /// Whether its memory comes in pages, piece by piece.
    bool is_large() const noexcept { return bytes_ >= detail::pages_from_bytes; }
    /// Bytes that free_piece has not given back.
    std::size_t bytes_left() const noexcept { return bytes_left_; }

    /// The first bucket of a hash's path, which has `path_buckets()` buckets.
    [[gnu::always_inline]] Bucket *home(std::uint64_t hash) const noexcept {
        return buckets_ + (hash >> shift_);
    }
    std::size_t path_buckets() const noexcept { return path_buckets_; }
    /// The bits of a hash that do not choose its home.
    unsigned shift() const noexcept { return shift_; }
    /// These bits of a hash.
    [[gnu::always_inline]] std::uint64_t rest(std::uint64_t hash) const noexcept {
        return hash & rest_mask_;
    }

    Bucket &bucket_at(std::size_t index) const noexcept { return buckets_[index]; }

    /// The table that keys go to if their path here is full or sealed. nullptr: there is none yet.
    basic_table *next() const noexcept {
        // acquire: the table's header [E:next-publish]
        return next_.load(detail::acquire);
    }

    /// As next(), for the scan of a drop.
    basic_table *scan_next() const noexcept {
        // seq_cst: comes after the CAS to DROPPED in the total order [E:drop-dekker]; the table's
        // header [E:next-publish]
        return next_.load(detail::seq_cst);
    }

    /// Makes `candidate` the next table. False: there is one already (T1).
    bool try_set_next(basic_table *candidate) noexcept {
        basic_table *none = nullptr;
        // Failure: another thread published its table, and made progress.
        // seq_cst: publishes the table [E:next-publish]; comes before any helper's link into it in
        // the total order [E:drop-dekker]
        return next_.compare_exchange_strong(none, candidate, detail::seq_cst, detail::acquire);
    }

    table_counts &counts() noexcept { return counts_; }
    const table_counts &counts() const noexcept { return counts_; }
    dealer &migration() noexcept { return dealer_; }
    const dealer &migration() const noexcept { return dealer_; }

    /// Buckets that are migrated together, with one done bit.
    static constexpr std::size_t unit = Bucket::unit;
    /// Buckets that are dealt together.
    static constexpr std::size_t share = unit * detail::units_per_share;

    /// The first bucket of a unit to migrate, and whether its thread then looks for the end.
    struct choice {
        std::size_t bucket;
        bool looks_for_end;
    };
    /// See dealer::choose. If no unit is left, `bucket` is at least the number of buckets.
    choice choose_bucket(unsigned record_index) noexcept {
        const auto [chosen, looks_for_end] =
            dealer_.choose(counts_.stripe(record_index).next_unit, record_index);
        return {chosen * unit, looks_for_end};
    }
    /// The unit that begins with bucket `index` is migrated.
    void set_done(std::size_t index) noexcept { dealer_.set_done(index / unit); }
    /// Buckets whose unit is migrated.
    std::size_t count_done() const noexcept {
        return std::min(dealer_.count_done() * unit, shape_.buckets());
    }

    /// Prefaults all of the memory, unless the table is small: see engine::prefault_all.
    template <class F>
    [[nodiscard]] bool prefault_all(F &&between) noexcept {
        return !is_large() || engine::prefault_all(this, bytes_, between);
    }

    /// Called before a share of buckets moves here from a table of `from`'s shape; `index` is its
    /// first bucket. Prefaults memory for this share and later ones: one page of the stripes and
    /// done bits, and pieces of Bucket::prefault_bytes of the buckets that they move to. These are
    /// at most two; if a unit has several buckets and this table is four times as large, four. (A
    /// table more than four times as large is prefaulted at once.) Leaves out the end of a long
    /// tail, where hardly any key goes.
    void prefault_for_share(const geometry &from, std::size_t index) noexcept {
        if (prefaulted_ == prefaulted::at_once || !is_large()) {
            return;
        }
        const auto before = [&](std::size_t bucket_index) {
            return prefaulted_before(from, shape_, bucket_index, share, counts_.stripes());
        };
        const std::size_t first = before(index);
        const std::size_t last = before(index + share);
        const void *end = reinterpret_cast<const std::byte *>(this) + bytes_;
        prefault_pieces(buckets_ + first, buckets_ + last, Bucket::prefault_bytes, end);
        prefault_pieces(index == 0 ? counts_.first() : dealer_.end_of_words(first / unit),
                        dealer_.end_of_words(last / unit), detail::page_bytes, end);
    }

    detail::link_word &garbage_link() noexcept { return garbage_link_; }
    static basic_table *of_garbage_link(detail::link_word &link) noexcept {
        return reinterpret_cast<basic_table *>(reinterpret_cast<std::byte *>(&link) -
                                               garbage_link_offset);
    }

private:
    static constexpr std::size_t garbage_link_offset = 0;

    struct layout {
        layout(geometry shape, unsigned stripe_count) noexcept
            : stripes(stripe_count == 1
                          ? sizeof(basic_table)
                          : detail::rounded_up(sizeof(basic_table), detail::apart_bytes)),
              done(stripes + (stripe_count == 1 ? sizeof(table_stripe)
                                                : stripe_count * table_counts::stride)),
              buckets(detail::rounded_up(done + dealer::words_for(units_of(shape)) *
                                                    sizeof(std::uint64_t),
                                         sizeof(Bucket))),
              bytes(buckets + shape.buckets() * sizeof(Bucket)) {}

        std::size_t stripes;
        std::size_t done;
        std::size_t buckets;
        std::size_t bytes;
    };

    static constexpr std::size_t units_of(const geometry &shape) noexcept {
        return (shape.buckets() + unit - 1) / unit;
    }

    /// A part of the zeroed block: counters that are 0, done bits that are 0, empty buckets.
    template <class Part>
    static Part *part_at(void *memory, std::size_t offset) noexcept {
        return std::launder(reinterpret_cast<Part *>(static_cast<std::byte *>(memory) + offset));
    }

    basic_table(geometry shape, unsigned stripes_of_map, const layout &at, void *memory,
                bool huge_pages, prefaulted when) noexcept
        : buckets_(part_at<Bucket>(memory, at.buckets)), path_buckets_(shape.path + 1),
          rest_mask_(~std::uint64_t{0} >> shape.bits), shift_(64 - shape.bits),
          huge_pages_(huge_pages), prefaulted_(when), shape_(shape), bytes_(at.bytes),
          bytes_left_(at.bytes), counts_(part_at<table_stripe>(memory, at.stripes), sums_,
                                         shape.capacity(), stripes_of_map),
          dealer_(part_at<detail::atomic<std::uint64_t>>(memory, at.done), units_of(shape)) {
        static_assert(sizeof(basic_table) ==
                          detail::apart_bytes + dealer::written_bytes + sizeof(table_sums),
                      "the header ends where what all threads write begins");
    }

    // Its offset is garbage_link_offset.
    detail::link_word garbage_link_{0};
    // Read by lookups.
    Bucket *const buckets_;
    detail::atomic<basic_table *> next_{nullptr};
    const std::size_t path_buckets_;
    const std::uint64_t rest_mask_;
    const unsigned shift_;
    const bool huge_pages_;
    const prefaulted prefaulted_;
    const geometry shape_;
    const std::size_t bytes_;
    std::size_t bytes_left_;
    table_counts counts_;
    dealer dealer_; // its last words begin the lines that all threads write
    table_sums sums_;
};

FERRY_ENGINE_END
