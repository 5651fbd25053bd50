// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is in memory during a run: one map, the keys, the skewed picks. Each is made when a run
// needs another than is there; with the plan's order that is as rare as can be.

#include "adapters/catalogue.hpp"
#include "runner/plan.hpp"
#include "runner/subject.hpp"
#include "workloads/key_space.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ferry::bench {

class stage {
public:
    explicit stage(std::vector<std::string> paths) : paths_(std::move(paths)) {}

    // The map to measure, filled for the block; the same one as last time if all is the same.
    subject &set(const block &, unsigned round, const map_entry &);

    // Empty for uniform picks.
    std::span<const std::uint32_t> skewed_picks(const scenario &);

private:
    struct occasion {
        const block *what;
        unsigned round;
        const map_entry *map;

        friend bool operator==(const occasion &, const occasion &) = default;
    };

    key_space<std::string> paths_;
    std::optional<key_space<std::uint64_t>> integers_;
    std::vector<std::uint32_t> skewed_;
    std::uint32_t skewed_universe_ = 0;
    occasion occasion_{};
    std::unique_ptr<subject> subject_;
};

} // namespace ferry::bench
