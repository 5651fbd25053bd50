// SPDX-License-Identifier: BSL-1.0

// What ferry's maps must not share, on any number of cores. Where a goal is not reached yet, the
// test has the limit that holds, and the reason.

#include "tests/runs.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ferry::sharing;

namespace {

const std::string both[] = {"ferry", "ferry-flat"};
constexpr workload updating[] = {workload::update_own, workload::update, workload::update_one};

// Counters, garbage, cursors, done bits, epochs, and what every operation reads.
constexpr part upkeep[] = {part::counts, part::migrations, part::epochs, part::entry};

double upkeep_misses(const cell &of) {
    std::uint64_t sum = 0;
    for (const part each : upkeep)
        sum += of.made.counted.of(each).remote_misses;
    return of.made.counted.an_operation(sum);
}

double upkeep_writes(const cell &of) {
    std::uint64_t sum = 0;
    for (const part each : upkeep)
        sum += of.made.counted.of(each).remote_writes;
    return of.made.counted.an_operation(sum);
}

constexpr double goal = 0.05;

} // namespace

TEST_CASE("a find writes to no line that another core holds, on any number of cores") {
    for (const std::string &map : both)
        for (const workload what : {workload::find_hit, workload::find_miss})
            for (const unsigned cores : {2u, 8u, 64u}) {
                CAPTURE(map);
                CAPTURE(std::string(name_of(what)));
                CAPTURE(cores);
                const tally &seen = run_map(map, what, cores).made.counted;
                CHECK(seen.remote_writes == 0);
                CHECK(seen.remote_misses == 0);
            }
}

TEST_CASE("an update passes at most two lines beside its share of upkeep, on any number of cores") {
    for (const std::string &map : both)
        for (const workload what : updating)
            for (const unsigned cores : {2u, 8u, 64u}) {
                CAPTURE(map);
                CAPTURE(std::string(name_of(what)));
                CAPTURE(cores);
                const cell &run = run_map(map, what, cores);
                CHECK(run.made.counted.an_operation(run.made.counted.lines) <= 2 + goal);
            }
}

TEST_CASE("the upkeep of updates: 0.05 remote misses and writes an operation at most") {
    for (const std::string &map : both)
        for (const workload what : {workload::update_own, workload::update}) {
            CAPTURE(map);
            CAPTURE(std::string(name_of(what)));
            const cell &run = run_map(map, what, 64);
            CHECK(upkeep_misses(run) <= goal);
            CHECK(upkeep_writes(run) <= goal);
        }
}

// The goal is 0.05 here, too. It is not reached:
//
//   counts       A stripe's period, after which its thread writes the sum of all, is the shorter
//                the smaller the table and the more its stripes (table_counts). With 64 cores and
//                30,000 keys, the last tables have periods of 16 and 32.
//   migrations   With 64 cores, tables of some thousand units have fewer lines of done bits than
//                shares under way. When the cursor has dealt all shares, threads without one look
//                for open units, and take those of other threads (dealer::any_open).
//
// Both fall when the map grows: with 200,000 keys 0.19 remain with nodes, 0.15 of it migrations.
TEST_CASE("the upkeep of growth and of keys that come and go: what holds now") {
    struct limit {
        std::string map;
        workload what;
        order size;
        double misses;
    };
    const limit limits[] = {
        {"ferry", workload::insert, large_order, 0.9},
        {"ferry", workload::churn, large_order, 0.11},
        {"ferry", workload::mix, small_order, 0.07},
        {"ferry-flat", workload::insert, large_order, 0.6},
        {"ferry-flat", workload::churn, large_order, 0.1},
        {"ferry-flat", workload::mix, small_order, 0.1},
    };
    for (const limit &each : limits) {
        CAPTURE(each.map);
        CAPTURE(std::string(name_of(each.what)));
        const cell &run = run_map(each.map, each.what, 64, each.size);
        MESSAGE(each.map, ", ", std::string(name_of(each.what)), ": ", upkeep_misses(run),
                " remote misses an operation, the goal is ", goal);
        CHECK(upkeep_misses(run) <= each.misses);
        CHECK(upkeep_writes(run) <= each.misses);
    }
}

TEST_CASE("the upkeep of updates does not grow with the number of cores") {
    for (const std::string &map : both)
        for (const workload what : {workload::update_own, workload::update}) {
            CAPTURE(map);
            CAPTURE(std::string(name_of(what)));
            CHECK(upkeep_misses(run_map(map, what, 64)) <=
                  upkeep_misses(run_map(map, what, 8)) + 0.02);
        }
}
