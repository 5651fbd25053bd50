// SPDX-License-Identifier: BSL-1.0

// A reader that stays pinned: what is retired meanwhile is kept, in its domain alone. When it has
// left, further retirements free all of it, each a few.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/gate.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

using namespace ferry::test;

namespace {

// Whose values: of the map with the reader, made while it stays and after it; of another map.
enum maker { meanwhile, afterwards, elsewhere };

// Says how many of its kind are alive.
struct tracked {
    inline static std::atomic<std::int64_t> alive[3] = {0, 0, 0};

    explicit tracked(maker by) : kind(by) { ++alive[kind]; }
    tracked(const tracked &other) : kind(other.kind) { ++alive[kind]; }
    tracked &operator=(const tracked &) = delete;
    ~tracked() { --alive[kind]; }

    // Of the map with the reader.
    static std::int64_t here() { return alive[meanwhile] + alive[afterwards]; }

    maker kind;
};

using tracked_map = ferry::concurrent_map<std::uint64_t, tracked>;

constexpr std::size_t keys = 100;
constexpr std::size_t retirements_per_epoch = 512;

// Two for each; and in one of 64 eight more, of another stripe.
constexpr std::size_t frees_by(std::size_t retirements) {
    return 2 * retirements + retirements / 64 * 8 + 8;
}

// Each retires one value.
void replace(tracked_map &map, std::size_t times, maker by) {
    for (std::size_t i = 0; i < times; ++i)
        map.insert_or_assign(i % keys, tracked(by));
}

// Retired in the epoch under way, in the grace period, and in the epoch in which it is freed.
constexpr std::size_t usual_garbage = 5 * retirements_per_epoch;

// Pinned until told.
class reader {
public:
    explicit reader(const tracked_map &map)
        : thread_([this, &map] {
              const auto guard = map.pin();
              stop_.pass();
          }) {
        stop_.wait_for_arrival();
    }
    void leave() {
        stop_.open();
        if (thread_.joinable())
            thread_.join();
    }
    ~reader() { leave(); }

private:
    gate stop_;
    std::thread thread_;
};

} // namespace

TEST_CASE(
    "a reader that stays pinned holds back what is retired since, in its domain alone, and no "
    "longer than it stays") {
    const std::size_t backlog = scaled(50000, 5000) / keys * keys;
    {
        ferry::epoch_domain domain;
        ferry::epoch_domain other_domain;
        tracked_map map(ferry::options{.domain = &domain});
        tracked_map other(ferry::options{.domain = &other_domain});
        for (std::uint64_t key = 0; key < keys; ++key) {
            map.try_emplace(key, meanwhile);
            other.try_emplace(key, elsewhere);
        }
        REQUIRE(reclaim_everything(map)); // tables that it grew out of

        reader stays(map);
        const std::uint64_t pinned_at = domain.epoch();
        std::size_t not_kept = 0;
        std::size_t most_elsewhere = 0;
        for (std::size_t retired = keys; retired <= backlog; retired += keys) {
            replace(map, keys, meanwhile);
            not_kept += map.stats().retired_objects != retired;
            replace(other, keys, elsewhere);
            most_elsewhere = std::max(most_elsewhere, other.stats().retired_objects);
        }
        for (int i = 0; i < 10; ++i)
            map.reclaim();
        CHECK(not_kept == 0);
        CHECK(map.stats().retired_objects == backlog);
        CHECK(tracked::here() == static_cast<std::int64_t>(backlog + keys));
        CHECK(domain.epoch() == pinned_at + 1);
        CHECK(map.stats().oldest_pin_age == 1);
        CHECK(other.stats().oldest_pin_age == 0);
        CHECK(most_elsewhere <= usual_garbage);

        stays.leave();
        std::size_t retired = 0;
        std::size_t freed = 0;
        std::size_t most_at_once = 0;
        std::size_t too_many = 0;
        while (map.stats().retired_objects > usual_garbage && retired < 3 * backlog) {
            const std::int64_t before = tracked::here();
            map.insert_or_assign(retired % keys, tracked(afterwards));
            ++retired;
            const auto now = static_cast<std::size_t>(before + 1 - tracked::here());
            freed += now;
            most_at_once = std::max(most_at_once, now);
            too_many += freed > frees_by(retired);
        }
        // Two are freed for each that is retired, once a grace period has passed.
        CHECK(retired <= backlog + 5 * retirements_per_epoch);
        CHECK(tracked::alive[meanwhile] == 0);
        CHECK(too_many == 0);
        CHECK(most_at_once <= 16);
        CHECK(map.stats().retired_objects <= usual_garbage);
        REQUIRE(reclaim_everything(map));
        CHECK(tracked::here() == keys);
    }
    CHECK(tracked::here() == 0);
    CHECK(tracked::alive[elsewhere] == 0);
}
