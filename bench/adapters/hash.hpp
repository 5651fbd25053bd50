// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <ferry/hash.hpp>

#include <cstdint>

namespace ferry::bench {

inline constexpr std::uint64_t fixed_seed = 0x243f'6a88'85a3'08d3;

// The hash of every map measured: ferry's own, with one seed for all, so that no map is luckier
// than another.
template <class Key>
struct fixed_hash : ferry::hash<Key> {
    fixed_hash() : ferry::hash<Key>(fixed_seed) {}
};

} // namespace ferry::bench
