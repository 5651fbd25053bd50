// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is in memory during a run: maps, the keys, the skewed picks. Each is made when a run needs
// another than is there.

#include "adapters/map_entry.hpp"
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

// Runs of one occasion share their maps.
struct occasion {
    map_use use;
    element of;
    std::uint32_t n; // with strings there are as many as there are
    unsigned round;

    friend bool operator==(const occasion &, const occasion &) = default;
};

// Maps with so few elements stay in memory together, so that they can take turns at every workload:
// what the machine does for a second then hits all alike. Larger ones come one after the other.
inline bool fit_together(std::uint32_t n) { return n <= 50'000; }

class stage {
public:
    explicit stage(std::vector<std::string> strings) : strings_(std::move(strings)) {}

    // The map to measure, filled unless it is used to make maps; the same one as last time if the
    // occasion is the same and it is still there. `map` must outlive it. Whatever is thrown, the
    // stage can be set again.
    subject &set(const occasion &, const map_entry &map);

    // Empty, or what was wrong with that map when it had been filled.
    const std::string &fault() const { return current_->fault; }

    // Empty for uniform picks.
    std::span<const std::uint32_t> skewed_picks(const scenario &);

    // No map is in memory afterwards.
    void clear();

private:
    struct actor {
        const map_entry *map;
        std::unique_ptr<subject> what;
        std::string fault;
    };

    std::unique_ptr<subject> make(const occasion &, const map_entry &);

    key_space<std::string> strings_;
    std::optional<key_space<std::uint64_t>> integers_;
    std::vector<std::uint32_t> skewed_;
    std::uint32_t skewed_universe_ = 0;
    std::optional<occasion> occasion_;
    std::vector<actor> cast_;
    const actor *current_ = nullptr;
};

} // namespace ferry::bench
