// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a thread of the server has for itself while it uses the store. Aligned, so that no two
// threads write to one line.

#include "store/counters.hpp"

#include <atomic>
#include <cstdint>

namespace ferry::service {

struct alignas(128) worker {
    explicit worker(std::uint64_t seed) : random_state(seed * 2 + 1) {}

    counters counts;
    std::atomic<std::int64_t> bytes_not_handed_over{0}; // see memory_use; only the thread writes it

    // xorshift64: for eviction, any numbers do.
    std::uint64_t random() noexcept {
        random_state ^= random_state << 13;
        random_state ^= random_state >> 7;
        random_state ^= random_state << 17;
        return random_state * 0x2545'f491'4f6c'dd1d;
    }
    std::uint64_t random_state;
};

} // namespace ferry::service
