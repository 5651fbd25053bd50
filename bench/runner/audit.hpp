// SPDX-License-Identifier: BSL-1.0
#pragma once

// Whether a map at rest holds what was counted while it was worked on. An audit may assign values.

#include "maps/concept.hpp"
#include "runner/shares.hpp"
#include "runner/tally.hpp"
#include "runner/team.hpp"
#include "runner/trial.hpp"
#include "workloads/values.hpp"
#include "workloads/workload.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace ferry::bench {

// What is wrong if the counts do not fit the sizes that the map said it had; or nothing.
template <class Map>
inline std::string fault_in(const tally &sum, std::uint64_t size_before, std::uint64_t size_after) {
    return empty_handed_map<Map> ? std::string{} : find_fault(sum, size_before, size_after);
}

// How many of some keys do not have the value that was assigned last.
template <class Map, class Key, class Value>
inline std::uint64_t assign_and_look(trial<Map, Key, Value> &to) {
    [[maybe_unused]] const typename Map::thread_scope scope;
    const std::uint32_t some = std::min(to.n(), slow_map<Map> ? 1u : 1000u);
    std::uint64_t lost = 0;
    for (std::uint32_t i = 0; i != some; ++i) {
        const Value wanted = to.value(i, i + 1);
        to.assign({i, i + 1});
        const auto found = to.map().find(to.keys()[i]);
        lost += !found || *found != wanted;
    }
    return lost;
}

// The counts fit the size; if keys came and went, as many are found as the size says, each with its
// own value; what is assigned is there.
template <class Map, class Key, class Value>
inline std::string audit(trial<Map, Key, Value> &of, map_use use, tally counts,
                         std::uint64_t size_before) {
    const auto size_now = of.size();
    if (!slow_map<Map> && erases(use)) {
        const key_range universe{0, universe_of(workload::mix_50_25_25, of.n())};
        const auto seen =
            for_each_key<typename Map::thread_scope>(universe, [&of](tally &t, std::uint32_t i) {
                if (const auto found = of.map().find(of.keys()[i])) {
                    ++t.inserted;
                    t.foreign += !is_value_of(i, *found);
                }
            });
        counts.foreign += seen.foreign;
        if (seen.inserted != size_now && !empty_handed_map<Map>)
            return std::to_string(seen.inserted) + " keys are found and the size is " +
                   std::to_string(size_now);
    }
    if (use == map_use::replaces_values || use == map_use::stores_in_place)
        counts.foreign += assign_and_look(of);
    return fault_in<Map>(counts, size_before, size_now);
}

// Everything that was inserted must be there, wherever it was put while the map was growing.
template <class Map, class Key, class Value>
inline std::string audit_growth(trial<Map, Key, Value> &of, const divided_work &done) {
    const team who(static_cast<unsigned>(done.by_worker.size()));
    const auto seen = by_shares<typename Map::thread_scope>(
        done.keys, who, hours{}.patience, [&](unsigned worker, key_range share, const gate &) {
            auto counts = done.by_worker[worker];
            const auto end = share.begin + static_cast<std::uint32_t>(counts.tried);
            for (std::uint32_t i = share.begin; i != end; ++i)
                of.find_hit(counts, {i, 0});
            return counts;
        });
    return fault_in<Map>(sum_of(seen.by_worker), 0, of.size());
}

} // namespace ferry::bench
