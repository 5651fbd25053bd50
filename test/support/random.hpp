// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reproducible randomness. One seed for a run, from FERRY_SEED or else a fresh one; each thread
// draws from a stream of its own. A test that uses it opens with FERRY_SHOW_SEED(), which prints
// the seed when a check fails.

#include <cstdint>
#include <cstdlib>
#include <random>

#include <doctest/doctest.h>

#define FERRY_SHOW_SEED() INFO("reproduce with FERRY_SEED=", ::ferry::test::seed())

namespace ferry::test {

inline std::uint64_t seed() {
    static const std::uint64_t value = [] {
        if (const char *const asked = std::getenv("FERRY_SEED"))
            return std::uint64_t{std::strtoull(asked, nullptr, 0)};
        std::random_device device;
        return std::uint64_t{device()} << 32 | device();
    }();
    return value;
}

// SplitMix64 (Steele, Lea, Flood 2014): small, fast, good enough to choose keys.
class prng {
public:
    explicit prng(std::uint64_t stream) : state_(seed() + stream * 0xd1342543de82ef95u) {}

    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        return z ^ z >> 31;
    }

    // Uniform in [0, bound), bound < 2^32.
    std::uint64_t below(std::uint64_t bound) { return (next() >> 32) * bound >> 32; }

    bool once_in(std::uint64_t n) { return below(n) == 0; }

private:
    std::uint64_t state_;
};

} // namespace ferry::test
