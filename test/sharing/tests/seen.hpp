// SPDX-License-Identifier: BSL-1.0
#pragma once

// Accesses of known kinds, in a unit that is compiled as the maps are.

#include <cstddef>
#include <cstdint>

namespace ferry::sharing::seen {

std::uint64_t read(const std::uint64_t &);
void write(std::uint64_t &, std::uint64_t);
void add(std::uint64_t &);              // a load and a store
void add_atomically(std::uint64_t &);   // one locked instruction
bool exchange_in_vain(std::uint64_t &); // a compare-and-swap that fails
bool try_take(std::uint64_t &lock);     // 0 becomes 1
void store_with_release(std::uint64_t &, std::uint64_t);
// ferry's compare-and-swap of two words, until it succeeds.
void add_to_both(void *two_words);
void copy(void *to, const void *from, std::size_t bytes);

} // namespace ferry::sharing::seen
