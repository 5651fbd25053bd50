// SPDX-License-Identifier: BSL-1.0
#pragma once

// Hashes that make the worst of a table. With is_avalanching the map takes them as they are: the
// top bits choose the bucket, the low sixteen are the tag.

#include <cstdint>

namespace ferry::test {

// All keys equal.
struct constant_hash {
    using is_avalanching = void;
    std::uint64_t operator()(std::uint64_t) const noexcept { return 0x123456789abcdef0u; }
};

// Four different hashes, at the four quarters of the table.
struct two_bit_hash {
    using is_avalanching = void;
    std::uint64_t operator()(std::uint64_t key) const noexcept { return key << 62 | (key & 3); }
};

// All keys at the last home bucket: the path runs into the tail.
struct last_bucket_hash {
    using is_avalanching = void;
    std::uint64_t operator()(std::uint64_t key) const noexcept { return ~std::uint64_t{0} - key; }
};

// No avalanche at all, and says so by not claiming it: the map has to mix it.
struct identity_hash {
    std::uint64_t operator()(std::uint64_t key) const noexcept { return key; }
};

// As it is, and promised to be good (for tests that choose the bits of a hash).
struct chosen_hash {
    using is_avalanching = void;
    std::uint64_t operator()(std::uint64_t key) const noexcept { return key; }
};

// The same for flat maps.
struct chosen_bijection : chosen_hash {
    std::uint64_t unhash(std::uint64_t hash) const noexcept { return hash; }
};

} // namespace ferry::test
