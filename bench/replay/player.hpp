// SPDX-License-Identifier: BSL-1.0
#pragma once

// One map that a trace is replayed on, whatever its type.

#include "replay/trace.hpp"
#include "runner/team.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace ferry::bench {

struct replay_result {
    stretch time{};
    std::uint64_t requests = 0;
    std::uint64_t gets = 0;
    std::uint64_t hits = 0;
    double finished = 1; // the share of the trace that was replayed when patience ended
    std::string wrong;   // empty: every check held
};

class player {
public:
    virtual ~player() = default;

    // Into an empty map. The workers take the requests in small batches, so that they keep nearly
    // the order of the trace however the workers get on: a set comes before the gets that it is
    // for.
    virtual replay_result play(const team &, std::chrono::nanoseconds patience, const trace &) = 0;
};

using player_factory = std::unique_ptr<player> (*)(const trace &);

} // namespace ferry::bench
