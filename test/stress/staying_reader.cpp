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

#include "support/flat_maps.hpp"
#include "support/gate.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"
#include "support/unpaced.hpp"

namespace stress_staying_reader {

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

constexpr std::size_t keys = 100;
constexpr std::size_t retirements_per_epoch = 512;

// Values are retired.
struct values {
    using map = ferry::concurrent_map<std::uint64_t, tracked>;
    static constexpr std::size_t backlog = 50'000;

    static void fill(map &in, maker by) {
        for (std::uint64_t key = 0; key < keys; ++key)
            in.try_emplace(key, by);
    }
    static void retire_one(map &in, std::size_t turn, maker by) {
        in.insert_or_assign(turn % keys, tracked(by));
    }
    // Of the map with the reader: what is retired and not freed.
    static std::size_t kept(const map &) {
        return static_cast<std::size_t>(tracked::here()) - keys;
    }
    static bool are_left(maker by) { return tracked::alive[by] != 0; }
    // Two for each; and in one of 64 eight more, of another stripe.
    static constexpr std::size_t frees_by(std::size_t retirements) {
        return 2 * retirements + retirements / 64 * 8 + 8;
    }
};

// Small tables are retired: a flat map retires nothing else.
struct tables {
    using map = flat_u64_map;
    static constexpr std::size_t backlog = 6'000;

    static void fill(map &in, maker by) {
        for (std::uint64_t key = 0; key < 10; ++key)
            in.insert(key, by);
    }
    static void retire_one(map &in, std::size_t turn, maker) {
        if (turn % 2 == 0)
            in.reserve(keys);
        else
            in.shrink_to_fit();
    }
    static std::size_t kept(const map &in) { return in.stats().retired_objects; }
    static bool are_left(maker) { return false; } // they do not say whose they are
    // Each is many turns: eight, and often eight more, of another stripe.
    static constexpr std::size_t frees_by(std::size_t retirements) { return 16 * retirements; }
};

template <class Kind>
void retire(typename Kind::map &map, std::size_t times, maker by) {
    for (std::size_t i = 0; i < times; ++i)
        Kind::retire_one(map, i, by);
}

// Retired in the epoch under way, in the grace period, and in the epoch in which it is freed.
constexpr std::size_t usual_garbage = 5 * retirements_per_epoch;

// Pinned until told.
class reader {
public:
    template <class Map>
    explicit reader(const Map &map)
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

TEST_CASE_TEMPLATE(
    "a reader that stays pinned holds back what is retired since, in its domain alone, and no "
    "longer than it stays",
    Kind, values, tables) {
    const unpaced no_pauses;
    const std::size_t backlog = scaled(Kind::backlog, 5000) / keys * keys;
    {
        ferry::epoch_domain domain;
        ferry::epoch_domain other_domain;
        typename Kind::map map(ferry::options{.domain = &domain});
        typename Kind::map other(ferry::options{.domain = &other_domain});
        Kind::fill(map, meanwhile);
        Kind::fill(other, elsewhere);
        REQUIRE(reclaim_everything(map)); // tables that it grew out of

        reader stays(map);
        const std::uint64_t pinned_at = domain.epoch();
        std::size_t not_kept = 0;
        std::size_t most_elsewhere = 0;
        for (std::size_t retired = keys; retired <= backlog; retired += keys) {
            retire<Kind>(map, keys, meanwhile);
            not_kept += map.stats().retired_objects != retired;
            retire<Kind>(other, keys, elsewhere);
            most_elsewhere = std::max(most_elsewhere, other.stats().retired_objects);
        }
        for (int i = 0; i < 10; ++i)
            map.reclaim();
        CHECK(not_kept == 0);
        CHECK(map.stats().retired_objects == backlog);
        CHECK(Kind::kept(map) == backlog);
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
            const std::size_t before = Kind::kept(map);
            Kind::retire_one(map, retired, afterwards);
            ++retired;
            const std::size_t now = before + 1 - Kind::kept(map);
            freed += now;
            most_at_once = std::max(most_at_once, now);
            too_many += freed > Kind::frees_by(retired);
        }
        // Two are freed for each that is retired, once a grace period has passed.
        CHECK(retired <= backlog + 5 * retirements_per_epoch);
        CHECK_FALSE(Kind::are_left(meanwhile));
        CHECK(too_many == 0);
        CHECK(most_at_once <= 16);
        CHECK(map.stats().retired_objects <= usual_garbage);
        REQUIRE(reclaim_everything(map));
        CHECK(Kind::kept(map) == 0);
    }
    for (const maker by : {meanwhile, afterwards, elsewhere})
        CHECK_FALSE(Kind::are_left(by));
}

} // namespace stress_staying_reader
