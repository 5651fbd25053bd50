// SPDX-License-Identifier: BSL-1.0
#pragma once

// What brings a map into the state in which it is measured: keys put in by a team, the past that
// its use gives it in the long run, and most of it taken out again.

#include "maps/concept.hpp"
#include "runner/shares.hpp"
#include "runner/tally.hpp"
#include "runner/team.hpp"
#include "runner/trial.hpp"
#include "workloads/workload.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace ferry::bench {

// Each worker inserts its share, with its watch around each insertion.
template <class Map, class Key, class Value, class Watch>
inline divided_work insert_keys(trial<Map, Key, Value> &to, key_range keys, const team &who,
                                std::chrono::nanoseconds patience, std::vector<Watch> &watches) {
    return by_shares<typename Map::thread_scope>(
        keys, who, patience, [&](unsigned worker, key_range share, const gate &gate) {
            return to.insert_share(share, gate, watches[worker]);
        });
}

template <class Map, class Key, class Value>
inline divided_work insert_keys(trial<Map, Key, Value> &to, key_range keys, const team &who,
                                std::chrono::nanoseconds patience) {
    std::vector<no_watch> none(who.threads());
    return insert_keys(to, keys, who, patience, none);
}

// By the quickest way that the map has. False: patience ended before all keys were in.
template <class Map, class Key, class Value>
inline bool fill_with(trial<Map, Key, Value> &to, key_range keys) {
    if constexpr (loadable_map<Map, Key, Value>) {
        [[maybe_unused]] const typename Map::thread_scope scope;
        for (std::uint32_t i = keys.begin; i != keys.end; ++i)
            to.map().load(to.keys()[i], to.value(i));
        return true;
    } else {
        return insert_keys(to, keys, all_processors(), filling_patience).finished() >= 1;
    }
}

// To a map that holds all its keys, as subject::fill() has it.
template <class Map, class Key, class Value>
inline tally give_past(trial<Map, Key, Value> &to, map_use use) {
    using scope = typename Map::thread_scope;
    const auto n = to.n();
    switch (use) {
    case map_use::replaces_values:
    case map_use::stores_in_place:
        return for_each_key<scope>(to.all_keys(), [&to](tally &t, std::uint32_t i) {
            t.missed += to.assign({i, 0});
        });
    case map_use::churns_keys:
    case map_use::churns_and_replaces: {
        // Of 18 keys, 10 or 9 stay: N in all. For each that comes one goes, so that the map is
        // never much larger than it will be.
        const bool exchanged = use == map_use::churns_and_replaces;
        const auto others =
            universe_of(exchanged ? workload::exchange : workload::mix_50_25_25, n) - n;
        const auto erase_some = [&to, exchanged](tally &t, std::uint32_t i) {
            if (i % 18 < (exchanged ? 8u : 9u))
                t.erased += to.erase({i, 0});
        };
        auto counts = for_each_key<scope>({0, others}, [&](tally &t, std::uint32_t i) {
            t.inserted += to.map().insert(to.keys()[n + i], to.value(n + i));
            erase_some(t, n + i);
            erase_some(t, i);
        });
        counts += for_each_key<scope>({others, n}, erase_some);
        return counts;
    }
    default:
        return {};
    }
}

// Nine tenths of the keys. False: this map cannot, nothing was done.
template <class Map, class Key, class Value>
inline bool erase_most_of(trial<Map, Key, Value> &from) {
    if constexpr (erasing_map<Map, Key> && !slow_map<Map>) {
        [[maybe_unused]] const typename Map::thread_scope scope;
        for (std::uint32_t i = 0; i != from.n(); ++i)
            if (i % 10 != 0)
                from.map().erase(from.keys()[i]);
        return true;
    }
    return false;
}

} // namespace ferry::bench
