// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is counted of a run.

#include "machine/directory.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ferry::sharing {

// What a line belongs to. A map that does not say has only `elsewhere`.
enum class part : std::uint8_t {
    elsewhere,  // stacks, thread-local and static variables that are no other part
    contents,   // keys and values: nodes, boxes, buckets
    entry,      // the map object and a table's header: what every operation reads
    counts,     // counters, garbage and turns of the map
    migrations, // cursors, done bits and counts of a table
    epochs      // thread records, epochs, and the pace of their advances
};
inline constexpr unsigned part_count = 6;

struct share {
    std::uint64_t remote_misses = 0;
    std::uint64_t remote_writes = 0;
};

struct tally {
    std::uint64_t operations = 0;
    std::uint64_t accesses = 0;
    std::uint64_t cold_misses = 0;   // no core had the line
    std::uint64_t shared_misses = 0; // others only read it
    std::uint64_t remote_misses = 0; // another core had modified it
    std::uint64_t remote_writes = 0; // writes to lines that other cores hold
    std::uint64_t invalidations = 0; // copies of other cores that they ended
    std::uint64_t lines = 0;         // lines with a remote miss or write, once in each operation
    std::uint64_t cycles = 0;        // of the core that took longest
    std::array<share, part_count> parts{};

    void count(effect what, part of) {
        cold_misses += what.where == found::nowhere;
        shared_misses += what.where == found::shared;
        remote_misses += what.is_remote_miss();
        remote_writes += what.is_remote_write();
        invalidations += what.invalidated;
        auto &there = parts[static_cast<unsigned>(of)];
        there.remote_misses += what.is_remote_miss();
        there.remote_writes += what.is_remote_write();
    }

    tally &operator+=(const tally &more) {
        operations += more.operations;
        accesses += more.accesses;
        cold_misses += more.cold_misses;
        shared_misses += more.shared_misses;
        remote_misses += more.remote_misses;
        remote_writes += more.remote_writes;
        invalidations += more.invalidations;
        lines += more.lines;
        cycles = std::max(cycles, more.cycles);
        for (unsigned i = 0; i < part_count; ++i) {
            parts[i].remote_misses += more.parts[i].remote_misses;
            parts[i].remote_writes += more.parts[i].remote_writes;
        }
        return *this;
    }

    double an_operation(std::uint64_t count) const {
        return operations == 0 ? 0 : static_cast<double>(count) / static_cast<double>(operations);
    }
    const share &of(part which) const { return parts[static_cast<unsigned>(which)]; }
};

} // namespace ferry::sharing
