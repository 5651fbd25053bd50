// SPDX-License-Identifier: BSL-1.0
#pragma once

// Keys divided among the workers of a team: each works on a share of its own.
//
// The templates here and in filling.hpp and audit.hpp are marked inline for g++ alone: it shares
// one budget of inlining among all functions of a unit, so the mark decides what it inlines into
// the loops that are measured.

#include "runner/processors.hpp"
#include "runner/tally.hpp"
#include "runner/team.hpp"
#include "workloads/picks.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace ferry::bench {

// Keys by index, the last one not included.
struct key_range {
    std::uint32_t begin;
    std::uint32_t end;

    std::uint32_t size() const { return end - begin; }

    key_range share(unsigned worker, unsigned workers) const {
        const auto start_of = [&](std::uint64_t w) {
            return begin + static_cast<std::uint32_t>(w * size() / workers);
        };
        return {start_of(worker), start_of(worker + 1)};
    }
};

// What workers did with some keys, each with a share of its own. One that ran out of patience left
// the rest of it.
struct divided_work {
    key_range keys;
    std::vector<tally> by_worker;
    stretch time{};

    std::uint64_t tried() const { return sum_of(by_worker).tried; }
    double finished() const { return static_cast<double>(tried()) / keys.size(); }
};

// What nobody has patience with is a map that stopped working.
inline constexpr std::chrono::minutes filling_patience{2};

// More than a few gain nothing while a map is filled.
inline team all_processors() { return team(std::min(processors().count(), 8u)); }

// Each worker, with a ThreadScope of its own, counts what comes of f(worker, its share, gate).
template <class ThreadScope, class Function>
inline divided_work by_shares(key_range keys, const team &who, std::chrono::nanoseconds patience,
                              Function f) {
    divided_work done{keys, std::vector<tally>(who.threads()), {}};
    done.time = who.run_to_end(patience, [&](unsigned worker, gate &gate) {
        [[maybe_unused]] const ThreadScope scope;
        gate.pass();
        done.by_worker[worker] = f(worker, keys.share(worker, who.threads()), gate);
    });
    return done;
}

// All processors do f(counts, index) for each key of the range.
template <class ThreadScope, class Function>
inline tally for_each_key(key_range keys, Function f) {
    const auto done = by_shares<ThreadScope>(
        keys, all_processors(), filling_patience,
        [&f](unsigned, key_range share, const gate &gate) {
            tally counts;
            for (std::uint32_t i = share.begin;
                 i != share.end && !(i % batch_size == 0 && gate.late()); ++i)
                f(counts, i);
            return counts;
        });
    return sum_of(done.by_worker);
}

} // namespace ferry::bench
