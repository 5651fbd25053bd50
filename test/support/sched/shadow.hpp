// SPDX-License-Identifier: BSL-1.0
#pragma once

// The memory of an execution: an arena whose blocks are live, freed, or not there. While a logical
// thread runs, operator new and delete come here. A block's addresses are used again soon (the
// last one freed comes first), so that a stale pointer meets another object.

#include "sched/heap.hpp"

#include <cstddef>
#include <cstdint>

namespace ferry::model {

class shadow {
public:
    static constexpr std::size_t arena_bytes = std::size_t{1} << 20;
    static constexpr std::size_t words = arena_bytes / 8;
    static constexpr unsigned most_threads = 8;

    struct block {
        std::uint32_t first_word;
        std::uint32_t word_count; // as wide as the place, which may be a little more than asked for
        std::size_t bytes;
        std::uint32_t serial; // of no other block of the execution
        bool live;
        std::uint8_t maker;                  // thread
        std::uint32_t made_at;               // its clock
        std::uint32_t used_at[most_threads]; // each thread's clock at its last access
    };

    shadow();

    // Forgets everything.
    void reset();

    // nullptr: the arena is full.
    void *allocate(std::size_t bytes, std::size_t alignment, unsigned thread, std::uint32_t clock);

    // The block that was freed, or nullptr: there is none, or it is freed already.
    block *release(void *at);

    static bool contains(const void *at) noexcept { return offset_of(at) < arena_bytes; }
    static std::uint32_t word_of(const void *at) noexcept {
        return static_cast<std::uint32_t>(offset_of(at) / 8);
    }

    // The block around an address of the arena, live or freed last; nullptr: there never was one.
    block *find(const void *at) noexcept {
        const std::uint32_t id = block_of_[word_of(at)];
        return id == 0 ? nullptr : &blocks_[id - 1];
    }

    std::size_t live_blocks() const noexcept { return live_; }
    // How many there were, live or not; and of those that came later, how many are live.
    std::size_t all_blocks() const noexcept { return blocks_.size(); }
    std::size_t live_blocks_after(std::size_t first) const noexcept;
    // Of the first live block, for a message.
    std::size_t bytes_of_a_live_block() const noexcept;

    // Where an address of the arena is in it.
    static std::size_t offset_of(const void *at) noexcept {
        return reinterpret_cast<std::uintptr_t>(at) - reinterpret_cast<std::uintptr_t>(arena_);
    }

    // Called for the words of a block when it is allocated.
    void (*on_new_words)(std::uint32_t first, std::uint32_t count) = nullptr;

private:
    alignas(4096) static unsigned char arena_[arena_bytes];
    list<std::uint32_t> block_of_; // 1 + index, or 0
    list<block> blocks_;
    list<std::uint32_t> freed_; // blocks, the last one last
    std::uint32_t next_word_ = 0;
    std::size_t live_ = 0;
};

} // namespace ferry::model
