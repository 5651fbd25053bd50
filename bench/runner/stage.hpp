// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is in memory during a run: one map, the keys, the skewed picks. Each is made when a run
// needs another than is there; with a plan's order that is as rare as can be.

#include "adapters/catalogue.hpp"
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

// Runs of one occasion share a map.
struct occasion {
    const map_entry *map;
    map_use use;
    element of;
    std::uint32_t n; // with strings there are as many as there are
    unsigned round;

    friend bool operator==(const occasion &, const occasion &) = default;
};

class stage {
public:
    explicit stage(std::vector<std::string> strings) : strings_(std::move(strings)) {}

    // The map to measure, filled unless it is used to make maps; the same one as last time if all
    // is the same.
    subject &set(const occasion &);

    // Empty, or what is wrong with the map since it was filled.
    const std::string &fault() const { return fault_; }

    // Empty for uniform picks.
    std::span<const std::uint32_t> skewed_picks(const scenario &);

    // No map is in memory afterwards.
    void clear();

private:
    key_space<std::string> strings_;
    std::optional<key_space<std::uint64_t>> integers_;
    std::vector<std::uint32_t> skewed_;
    std::uint32_t skewed_universe_ = 0;
    std::optional<occasion> occasion_;
    std::unique_ptr<subject> subject_;
    std::string fault_;
};

} // namespace ferry::bench
