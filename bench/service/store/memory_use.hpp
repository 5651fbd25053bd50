// SPDX-License-Identifier: BSL-1.0
#pragma once

// How many bytes the items take. Each thread adds up its own changes and hands them over when they
// are worth the trouble, so that the common number is written seldom. It is wrong by `at_once` for
// each thread at most.

#include "maps/item.hpp"
#include "protocol/limits.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ferry::service {

// What an item counts for: its key, its bytes, and an estimate of what map and allocator take
// beside them. With keys of 20 bytes and 100 bytes of data, a process with ferry's map, or one of
// those made by hand, grows by about 150 bytes more for each item; one with a table of keys beside
// its map by 250. The estimate is the same for all, so that they evict alike.
inline std::size_t bytes_taken(std::string_view key, const item &of) noexcept {
    constexpr std::size_t beside = 144;
    return key.size() + of.bytes.size() + beside;
}

class memory_use {
public:
    static constexpr std::int64_t at_once = 4096;

    explicit memory_use(std::size_t limit) noexcept : limit_(limit) {}

    // relaxed, all: a sum on which no other memory depends
    void add(std::int64_t change, std::atomic<std::int64_t> &not_handed_over) noexcept {
        std::int64_t sum = not_handed_over.load(std::memory_order_relaxed) + change;
        if (sum >= at_once || sum <= -at_once) {
            bytes_.fetch_add(sum, std::memory_order_relaxed);
            sum = 0;
        }
        not_handed_over.store(sum, std::memory_order_relaxed);
    }
    // What all threads have handed over. Negative if a thread has handed over that an item is gone
    // before another one has handed over that it was added.
    std::int64_t sum() const noexcept { return bytes_.load(std::memory_order_relaxed); }
    std::size_t bytes() const noexcept {
        return static_cast<std::size_t>(std::max<std::int64_t>(sum(), 0));
    }
    std::size_t limit() const noexcept { return limit_; }

    bool is_above_limit() const noexcept { return bytes() > limit_; }
    // So far that requests, each of which evicts a little, do not catch up.
    bool is_far_above_limit() const noexcept { return bytes() > limit_ + limit_ / 64; }
    // So far that nothing more is taken in. One item does not make it full.
    bool is_full() const noexcept { return bytes() > limit_ + limit_ / 8 + most_item_bytes; }

private:
    const std::size_t limit_;
    alignas(128) std::atomic<std::int64_t> bytes_{0}; // alone on its line: many add
};

} // namespace ferry::service
