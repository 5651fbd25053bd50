// SPDX-License-Identifier: BSL-1.0
#pragma once

// The tables of this engine, and the path of a hash in one of them.

#include "ferry/detail/flat/cell.hpp"
#include "ferry/detail/reclaim/counter.hpp"
#include "ferry/detail/table/table.hpp"

FERRY_ENGINE_BEGIN

using cell_table = basic_table<cell_bucket>;
using cell_geometry = cell_table::geometry;

/// The counters of a stripe.
struct flat_counts {
    detail::counter live;   ///< present keys
    detail::counter erased; ///< how often a key was erased
};

/// A position on the path of a hash in a table: a bucket, and the body that the hash's key has
/// there.
class cell_path {
public:
    cell_path(const cell_table &in, std::uint64_t hash) noexcept
        : at_(in.home(hash)), left_(in.path_buckets()), step_(step_of(in)),
          body_(body_at_home(in, hash)) {}

    /// The body of a hash's key in its home.
    [[gnu::always_inline]] static std::uint64_t body_at_home(const cell_table &in,
                                                             std::uint64_t hash) noexcept {
        return in.rest(hash) >> detail::unused_hash_bits;
    }

    /// The hash of the key that has a cell of bucket `index`.
    static std::uint64_t hash_of(const cell_table &in, std::size_t index, cell_word word) noexcept {
        const std::uint64_t step = step_of(in);
        const std::uint64_t home = index - word.body() / step;
        return home << in.shift() | (word.body() & (step - 1)) << detail::unused_hash_bits;
    }

    bool ended() const noexcept { return left_ == 0; }
    void advance() noexcept {
        ++at_;
        --left_;
        body_ += step_;
    }

    cell_bucket &bucket() const noexcept { return *at_; }
    std::uint64_t body() const noexcept { return body_; }

private:
    /// What one bucket of displacement adds to a body.
    static std::uint64_t step_of(const cell_table &in) noexcept {
        return std::uint64_t{1} << (in.shift() - detail::unused_hash_bits);
    }

    cell_bucket *at_;
    std::size_t left_;
    std::uint64_t step_;
    std::uint64_t body_;
};

/// The word of a key's cell in a table. EMPTY: it has none there.
inline cell_word key_word(const cell_table &in, std::uint64_t hash) noexcept {
    for (cell_path at(in, hash); !at.ended(); at.advance()) {
        for (const cell &each : at.bucket().cells) {
            const cell_word word = each.load();
            if (word.is_for(at.body())) {
                return word;
            }
            if (!word.has_key()) {
                return cell_word::empty();
            }
        }
    }
    return cell_word::empty();
}

FERRY_ENGINE_END
