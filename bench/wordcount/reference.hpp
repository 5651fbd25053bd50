// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the maps are compared with: one thread, and the standard library's map.

#include "wordcount/counter.hpp"
#include "wordcount/text.hpp"

#include <cstdint>
#include <vector>

namespace ferry::bench {

word_counts count_alone(const text &);

// Only the first words of each piece, as many as the vector says.
word_counts count_alone(const text &, const std::vector<std::uint64_t> &words);

} // namespace ferry::bench
