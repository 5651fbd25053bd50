// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map that can be put on the machine, whatever its type, and what a run on it gives.

#include "machine/blocks.hpp"
#include "machine/tally.hpp"
#include "orders/workload.hpp"

#include <array>
#include <cstdint>

namespace ferry::sharing {

// A line that cores passed to each other. Plain data: it comes out of a child process.
struct hot_line {
    std::uintptr_t address = 0;
    std::uint64_t remote_misses = 0;
    std::uint64_t remote_writes = 0;
    const void *code = nullptr; // that most of them came from
    bool is_in_block = false;
    bool is_map_object = false;
    block within{}; // if it is in one
    part belongs_to = part::elsewhere;

    std::uint64_t weight() const { return remote_misses + remote_writes; }
};
inline constexpr unsigned most_hot_lines = 8;

struct outcome {
    tally counted;
    std::uint64_t wrong_answers = 0; // of the map
    std::array<hot_line, most_hot_lines> hottest{};
};

// Says what an address belongs to; `object` is the map's own block.
using part_finder = part (*)(std::uintptr_t address, const block *within, const block &object);

class subject {
public:
    virtual ~subject() = default;
    // On a new map. `parts`: nullptr if nobody knows.
    virtual outcome run(const order &, part_finder parts) = 0;
};

} // namespace ferry::sharing
