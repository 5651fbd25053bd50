// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "adapters/map_entry.hpp"
#include "workloads/random.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ferry::bench {

// The maps in an order of chance, so that none always comes first, or after the same other one.
inline std::vector<const map_entry *> in_turns(const std::vector<map_entry> &maps,
                                               std::uint64_t seed) {
    std::vector<const map_entry *> order;
    for (const auto &map : maps)
        order.push_back(&map);
    std::shuffle(order.begin(), order.end(), split_mix(seed));
    return order;
}

} // namespace ferry::bench
