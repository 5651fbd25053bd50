// SPDX-License-Identifier: BSL-1.0
#pragma once

// One map under test, whatever its type. A virtual call starts a run; inside it nothing is virtual.

#include "runner/histogram.hpp"
#include "runner/team.hpp"
#include "workloads/workload.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

namespace ferry::bench {

struct run_order {
    workload what;
    team who;
    hours when;
    std::uint64_t seed;                    // of the picks
    std::span<const std::uint32_t> skewed; // key indices in place of uniform ones
};

struct run_result {
    stretch time{};
    std::uint64_t operations = 0;
    double finished = 1; // the share of the work that was done when patience ended
    std::string wrong;   // empty: every check held

    double operations_per_second() const { return static_cast<double>(operations) / time.seconds; }
};

enum class timed {
    insert_growth, // inserts from empty to N
    find_growth,   // one thread grows the map from N/16 to N, the others find what was there before
    mix            // 90 % find, 5 % insert, 5 % erase
};

struct latency_order {
    timed what;
    team who;
    hours when;
    std::uint64_t seed; // of the picks
};

struct latency_result {
    histogram nanoseconds = empty_histogram(); // of each operation
    stretch time{};
    double finished = 1;
    std::string wrong;
};

class subject {
public:
    virtual ~subject() = default;

    // A new map with N keys, in the state in which that use leaves it when it has gone on for long:
    // each value has been assigned once, each key of its universe has been there once. Only maps
    // that are slow get no such past. Empty, or what is wrong.
    virtual std::string fill(map_use) = 0;

    virtual run_result run(const run_order &) = 0;
    virtual latency_result time(const latency_order &) = 0;

    // For measuring memory: a map that grows from empty to N; nine tenths of it erased; what that
    // left given back. False: this map cannot, nothing was done.
    virtual std::string grow(const team &) = 0;
    // One thread puts N keys into maps of so many keys each. They stay until this ends.
    virtual std::string grow_many(std::uint32_t keys_a_map) = 0;
    virtual bool erase_most() = 0;
    virtual bool shrink() = 0;
};

} // namespace ferry::bench
