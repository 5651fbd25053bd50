// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <ferry/hash.hpp>

#include <cstdint>

namespace ferry::bench {

// The hash of every map measured: ferry's own, with one seed for all, so that no map is luckier
// than another.
template <class Key>
struct fixed_hash : ferry::hash<Key> {
    fixed_hash() : ferry::hash<Key>(std::uint64_t{0x243f'6a88'85a3'08d3}) {}
};

} // namespace ferry::bench
