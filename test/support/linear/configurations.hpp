// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a search for a linearization remembers: configurations (which operations are done, what
// state that left) from which it cannot be completed. Compared exactly; the hash only finds them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "support/linear/history.hpp"

namespace ferry::test::linear {

// The finalizer of SplitMix64.
constexpr std::uint64_t scrambled(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

// A set of operations, by number: those that returned, in the order of their invocation, and apart
// from them those that did not, which would be holes among the others forever.
class operation_set {
public:
    void clear(std::size_t returned, std::size_t never_returned) {
        apart_ = words_for(never_returned);
        words_.assign(apart_ + words_for(returned), 0);
        hash_ = 0;
    }

    void flip(std::size_t number, bool returned) {
        const std::size_t bit = returned ? 64 * apart_ + number : number;
        words_[bit / 64] ^= std::uint64_t{1} << bit % 64;
        hash_ ^= scrambled(bit + 1);
    }

    std::uint64_t hash() const { return hash_; }

    std::span<const std::uint64_t> apart() const { return std::span(words_).first(apart_); }

    // Of those that returned, without the full words at the beginning and the empty ones at the
    // end. Of what overlaps in time little is done out of order, so this is short however long the
    // history is.
    struct middle {
        std::size_t first;
        std::span<const std::uint64_t> words;
    };
    middle ragged() const {
        std::size_t first = apart_;
        std::size_t last = words_.size();
        while (first < last && words_[first] == ~std::uint64_t{0})
            ++first;
        while (last > first && words_[last - 1] == 0)
            --last;
        return {first, std::span(words_).subspan(first, last - first)};
    }

private:
    static constexpr std::size_t words_for(std::size_t size) { return (size + 63) / 64; }

    std::vector<std::uint64_t> words_;
    std::size_t apart_ = 0;  // words, the first ones
    std::uint64_t hash_ = 0; // of every number in it, xor
};

// Open addressing in a table that keeps its memory: clearing makes every entry one of an earlier
// generation.
class dead_ends {
public:
    void clear() {
        ++generation_;
        size_ = 0;
        words_.clear();
    }

    bool contains(const operation_set &done, const state &at) const {
        return size_ != 0 && is_current(table_[place_of(done, at)]);
    }

    void insert(const operation_set &done, const state &at) {
        if (2 * size_ >= table_.size())
            grow();
        entry &place = table_[place_of(done, at)];
        if (is_current(place))
            return;
        const auto [first, words] = done.ragged();
        const auto apart = done.apart();
        place = {hash_of(done, at), generation_, at, first, words_.size(), words.size()};
        words_.insert(words_.end(), words.begin(), words.end());
        words_.insert(words_.end(), apart.begin(), apart.end());
        ++size_;
    }

    std::size_t size() const { return size_; }

private:
    struct entry {
        std::uint64_t hash = 0;
        std::uint64_t generation = 0;
        state at;
        std::size_t first = 0;  // of the ragged words, in the set
        std::size_t stored = 0; // where they are in words_, and after them those apart
        std::size_t count = 0;
    };

    bool is_current(const entry &one) const { return one.generation == generation_; }

    static std::uint64_t hash_of(const operation_set &done, const state &at) {
        return scrambled(done.hash() + (2 * at.value + at.present));
    }

    // Where it is, or where it can be.
    std::size_t place_of(const operation_set &done, const state &at) const {
        const std::uint64_t hash = hash_of(done, at);
        for (std::size_t i = hash & (table_.size() - 1);; i = (i + 1) & (table_.size() - 1)) {
            const entry &one = table_[i];
            if (!is_current(one) || (one.hash == hash && one.at == at && is_of(one, done)))
                return i;
        }
    }

    bool is_of(const entry &one, const operation_set &done) const {
        const auto [first, words] = done.ragged();
        const auto apart = done.apart();
        const auto stored = std::span(words_).subspan(one.stored);
        return one.first == first && one.count == words.size() &&
               std::equal(words.begin(), words.end(), stored.begin()) &&
               std::equal(apart.begin(), apart.end(), stored.subspan(one.count).begin());
    }

    void grow() {
        std::vector<entry> old(table_.empty() ? 64 : 2 * table_.size());
        old.swap(table_);
        for (const entry &one : old) {
            if (!is_current(one))
                continue;
            std::size_t i = one.hash & (table_.size() - 1);
            while (is_current(table_[i]))
                i = (i + 1) & (table_.size() - 1);
            table_[i] = one;
        }
    }

    std::vector<entry> table_; // a power of two, at most half of it current
    std::vector<std::uint64_t> words_;
    std::uint64_t generation_ = 1;
    std::size_t size_ = 0;
};

} // namespace ferry::test::linear
