// SPDX-License-Identifier: BSL-1.0

// Before the machine shows what ferry does: maps of which it is known from large machines how they
// scale come out in that order and with that shape. ../README.md names the sources.

#include "tests/runs.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ferry::sharing;

namespace {

bool has_tbb() { return map_named("tbb-hash") != nullptr; }

} // namespace

TEST_CASE("one mutex: more cores do less than one") {
    for (const workload what : {workload::find_hit, workload::update}) {
        const double at_8 = speed_up("mutex", what, 8);
        const double at_64 = speed_up("mutex", what, 64);
        CHECK(at_8 < 1);
        CHECK(at_64 < 1);
        CHECK(at_64 < 1.2 * at_8);
        CHECK(remote_writes(run_map("mutex", what, 64)) > 1);
    }
}

TEST_CASE(
    "a reader-writer lock: readers alone do not scale, because its line passes between them") {
    CHECK(speed_up("shared-mutex", workload::find_hit, 8) < 2);
    CHECK(speed_up("shared-mutex", workload::find_hit, 64) < 2);
    // Taking it and giving it back.
    const cell &at_64 = run_map("shared-mutex", workload::find_hit, 64);
    CHECK(remote_writes(at_64) > 0.9);
    CHECK(at_64.made.hottest[0].weight() > at_64.made.counted.operations * 9 / 10);
}

TEST_CASE("64 locks: readers scale until they meet in the shards, and each passes a line") {
    const double at_8 = speed_up("sharded-64", workload::find_hit, 8);
    const double at_64 = speed_up("sharded-64", workload::find_hit, 64);
    CHECK(at_8 > 2);
    CHECK(at_64 > 2 * at_8);
    CHECK(at_64 < 48);
    CHECK(remote_writes(run_map("sharded-64", workload::find_hit, 64)) > 0.9);
}

TEST_CASE("a lock for each bucket and element: readers scale, but each of them writes" *
          doctest::skip(!has_tbb())) {
    const double at_64 = speed_up("tbb-hash", workload::find_hit, 64);
    CHECK(at_64 > 10);
    CHECK(remote_writes(run_map("tbb-hash", workload::find_hit, 64)) > 0.9);
}

TEST_CASE("finds on 64 cores: one lock, whichever, is far behind many locks" *
          doctest::skip(!has_tbb())) {
    const auto speed = [](const char *map) {
        return run_map(map, workload::find_hit, 64).operations_a_kilocycle();
    };
    const double mutex = speed("mutex");
    const double shared = speed("shared-mutex");
    const double sharded = speed("sharded-64");
    const double tbb = speed("tbb-hash");
    CHECK(shared > mutex / 2);
    CHECK(shared < 2 * mutex);
    CHECK(sharded > 10 * std::max(mutex, shared));
    CHECK(tbb > 10 * std::max(mutex, shared));
}

TEST_CASE("a snapshot's readers pass the line of its pointer") {
    CHECK(remote_writes(run_map("snapshot", workload::find_hit, 64)) > 0.9);
}
