// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string_view>

namespace ferry::bench {

// SplitMix64 (Steele, Lea, Flood 2014): a few instructions, and any seed will do. A uniform random
// bit generator in the standard's sense.
class split_mix {
public:
    using result_type = std::uint64_t;

    explicit split_mix(std::uint64_t seed) noexcept : state_(seed) {}

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return ~result_type{0}; }

    result_type operator()() noexcept {
        std::uint64_t z = state_ += 0x9e37'79b9'7f4a'7c15u;
        z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9u;
        z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebu;
        return z ^ (z >> 31);
    }

private:
    std::uint64_t state_;
};

// Of a run: the same for all maps.
inline std::uint64_t seed_of(std::string_view what, unsigned threads, unsigned round,
                             unsigned attempt = 0) noexcept {
    std::uint64_t seed = (std::uint64_t{threads} << 40) + (std::uint64_t{attempt} << 32) + round;
    for (const char c : what)
        seed = split_mix(seed ^ static_cast<unsigned char>(c))();
    return seed;
}

} // namespace ferry::bench
