// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which key is next. A worker takes picks in batches, so that the way they are made costs one
// indirect branch a batch, not one an operation, and the loop over the map stays the same.

#include "workloads/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ferry::bench {

struct pick {
    std::uint32_t index; // of the key, in the key space
    std::uint32_t dice;  // uniform; chooses the operation
};

inline constexpr std::size_t batch_size = 64;

using pick_batch = std::array<pick, batch_size>;

// One per worker. Uniform picks are computed; skewed ones are read from a table that was drawn
// before the clock started, each worker starting somewhere else in it.
class pick_source {
public:
    // `seed`: the same for all maps, another for each run on a map, which else would meet what the
    // run before it left. `skewed`: empty for uniform picks, else indices below `universe`.
    pick_source(std::uint64_t seed, std::uint32_t universe, std::span<const std::uint32_t> skewed,
                unsigned worker, unsigned workers) noexcept
        : random_(split_mix(seed)() + worker), skewed_(skewed), universe_(universe),
          position_(skewed.empty()
                        ? 0
                        : (split_mix(seed)() + skewed.size() / workers * worker) % skewed.size()) {}

    void fill(pick_batch &batch) noexcept {
        if (skewed_.empty()) {
            for (auto &p : batch) {
                const std::uint64_t bits = random_();
                p.index = static_cast<std::uint32_t>(((bits >> 32) * universe_) >> 32);
                p.dice = static_cast<std::uint32_t>(bits);
            }
            return;
        }
        if (skewed_.size() - position_ < batch_size)
            position_ = 0;
        for (auto &p : batch) {
            p.index = skewed_[position_++];
            p.dice = static_cast<std::uint32_t>(random_());
        }
    }

private:
    split_mix random_;
    std::span<const std::uint32_t> skewed_;
    std::uint64_t universe_;
    std::size_t position_;
};

} // namespace ferry::bench
