// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the server keeps for a key. An item does not change once it is in a map: each change puts a
// new item in its place. Only the time of the last access changes in place, so a read stores one
// word and allocates nothing.

#include "maps/shared_bytes.hpp"

#include <ferry/atomic_value.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>

namespace ferry::service {

// Marks of the meta commands.
enum : std::uint8_t {
    mark_stale = 1,      // md I, ms I: may be shown, but somebody should renew it
    mark_won = 2,        // a client was told that it is the one to renew it
    mark_binary_key = 4, // the key is shown in base 64
};

struct item {
    item() = default;
    item(shared_bytes content, std::uint64_t number) : bytes(std::move(content)), cas(number) {}

    shared_bytes bytes;
    std::uint64_t cas = 0;     // a new one with each change of the bytes, larger than all before
    std::uint32_t flags = 0;   // the client's
    std::uint32_t expires = 0; // a second of the store's clock; 0: never
    std::uint8_t marks = 0;

    bool is_marked(std::uint8_t mark) const noexcept { return (marks & mark) != 0; }

    // In ticks of the store's clock.
    std::uint32_t last_access() const noexcept { return access() >> 1; }
    // Ticks since then. Another thread may have read a later tick.
    std::uint32_t idle_for(std::uint32_t tick) const noexcept {
        return tick - std::min(tick, last_access());
    }
    bool was_fetched() const noexcept { return (access() & 1) != 0; }

    // Stores only what is new: many readers of one item in the same tick share its line.
    void note_fetch(std::uint32_t tick) const noexcept {
        if (const std::uint32_t noted = tick << 1 | 1u; access() != noted)
            set_access(noted);
    }
    void note_store(std::uint32_t tick) const noexcept { set_access(tick << 1 | (access() & 1u)); }

private:
    // relaxed, both: a hint for eviction, which orders nothing
    std::uint32_t access() const noexcept { return accessed_.load(std::memory_order_relaxed); }
    void set_access(std::uint32_t noted) const noexcept {
        accessed_.store(noted, std::memory_order_relaxed);
    }

    ferry::atomic_value<std::uint32_t> accessed_{0}; // the tick, and in the last bit: fetched
};

} // namespace ferry::service
