// SPDX-License-Identifier: BSL-1.0
#pragma once

// The map types most tests share: few distinct ones keep the suite quick to build.

#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

#include <ferry/concurrent_map.hpp>

namespace ferry::test {

using int_map = ferry::concurrent_map<int, int>;
using u64_map = ferry::concurrent_map<std::uint64_t, std::uint64_t>;
using string_map = ferry::concurrent_map<std::string, std::string>;

// Helps until no migration is under way.
template <class Map>
void finish_migrations(Map &map) {
    while (map.migrate(64)) {
    }
}

// Frees everything retired, given that nobody is pinned: a few turns of the epoch; whether it
// succeeded.
template <class Map>
bool reclaim_everything(Map &map) {
    for (int turn = 0; turn < 64; ++turn) {
        if (map.stats().retired_objects == 0)
            return true;
        map.reclaim();
    }
    return map.stats().retired_objects == 0;
}

// For step i of a thread that would otherwise work without a pause: with more threads than cores
// most of them are preempted in the middle of an operation, pinned, and a short test would end
// before anything was freed. Now and then it gives way where it is not pinned.
template <class Map>
void let_epochs_pass(Map &map, std::size_t i) {
    if (i % 256 == 0) {
        std::this_thread::yield();
        if (i % 1024 == 0) {
            map.reclaim();
        }
    }
}

} // namespace ferry::test
