// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map's thorough use, by a process that may be a child of fork, and at an end of a process or a
// thread.

#include <algorithm>
#include <cstdint>

#include "support/maps.hpp"

namespace ferry::test {

// Uses the map thoroughly; 0, or the number of the first step that failed.
template <class Map>
int use(Map &map, std::uint64_t residents) {
    for (std::uint64_t key = 0; key < residents; ++key) {
        if (map.get(key) != key)
            return 1;
    }
    const auto grown = map.stats().grown;
    constexpr std::uint64_t first = std::uint64_t{1} << 40;
    const std::uint64_t count = std::max<std::uint64_t>(20000, 2 * map.capacity());
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!map.insert(first + i, i))
            return 2;
    }
    if (map.stats().grown <= grown)
        return 3;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (map.insert_or_assign(first + i, i + 1) || map.erase(first + i) != 1)
            return 4;
    }
    finish_migrations(map);
    if (map.migrating())
        return 5;
    for (std::uint64_t key = 0; key < residents; ++key) {
        if (map.get(key) != key)
            return 6;
    }
    return 0;
}

// As use(), and nothing retired is left afterwards.
template <class Map>
int use_and_reclaim(Map &map, std::uint64_t residents) {
    const int failed = use(map, residents);
    return failed != 0 || reclaim_everything(map) ? failed : 7;
}

inline constexpr std::uint64_t residents = 1000;

template <class Map>
void fill(Map &map) {
    for (std::uint64_t key = 0; key < residents; ++key)
        map.insert(key, key);
    finish_migrations(map);
}

} // namespace ferry::test
