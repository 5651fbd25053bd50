// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map as it is when a thread is about to be parked in an operation on it, and how it is brought
// there: the next operation publishes a table, drops a node, ends a migration and so on.

#include "subject.hpp"

#include <cstddef>
#include <thread>

#include "support/core_of.hpp"
#include "support/crew.hpp"

namespace ferry::test::parking {

template <class Kind>
struct situation {
    using map_type = typename Kind::map;

    situation(options with, barrier pins)
        : domain(pins), map((with.domain = &domain, with)), mine(map) {}

    epoch_domain domain;
    map_type map;
    books<Kind> mine;          // of the parked thread
    std::size_t residents = 0; // the keys below, but for `held`
    std::size_t colliding = 0; // keys with one home
    findings found;            // by the parked thread

    void insert_resident() {
        residents += residents == held;
        map.insert(residents, Kind::value(value_of(residents)));
        ++residents;
    }

    // So much of 64 slots is used that one more link makes the map grow: at every second, links are
    // counted together, and more than 48 are too many.
    void fill() {
        for (;;) {
            const map_stats now = map.stats();
            if (now.capacity == 64 && now.used == 49 && !map.migrating())
                return;
            insert_resident();
        }
    }

    // A migration of which so many buckets are left.
    void begin_growth(std::size_t left) {
        fill();
        insert_resident();
        while (map.stats().buckets_left > left)
            map.migrate();
    }

    // The same of a flat map, with the home of `held` settled (or about to be).
    void begin_growth_up_to_held(bool settled) {
        begin_growth(~std::size_t{0});
        auto &core = core_of(map);
        const std::uint64_t hash = core.hash_value(held);
        const std::size_t home = core.root()->shape().home_of(hash);
        while (map.stats().buckets_migrated < home + settled)
            map.migrate(1);
    }

    // A sweep, which meets dead nodes; the last erasure has begun it.
    void begin_sweep() {
        while (map.size() < 16)
            insert_resident();
        constexpr key passing = 1000;
        for (key i = 0; i < 26; ++i)
            map.insert(passing + i, Kind::value(0));
        finish();
        for (key i = 0; i < 26; ++i)
            map.erase(passing + i);
    }

    // A large table with little in it.
    void empty_out() {
        while (map.size() < 3)
            insert_resident();
        constexpr key passing = 1000;
        for (key i = 0; i < 7; ++i)
            map.insert(passing + i, Kind::value(0));
        finish();
        for (key i = 0; i < 7; ++i)
            map.erase(passing + i);
        finish();
    }

    // A list of garbage, longer than an operation frees, that is expired.
    void let_garbage_ripen() {
        for (int i = 0; i < 8; ++i)
            insert_resident();
        {
            const auto guard = map.pin();
            for (int i = 0; i < 24; ++i)
                map.insert_or_assign(1, Kind::value(value_of(1)));
        }
        let_grace_period_pass();
    }

    // And not more: an epoch has three bits.
    void let_grace_period_pass() {
        for (unsigned i = 0; i <= detail::grace_epochs; ++i)
            detail::domain_of(domain).try_advance();
    }

    void finish() {
        while (map.migrate(64)) {
        }
    }

    // A path that one more of the colliding keys runs out of.
    void fill_path() {
        const auto shape = core_of(map).root()->shape();
        collide((shape.path + 1) * shape.slot_count);
    }

    void collide(std::size_t count) {
        for (; colliding < count; ++colliding)
            map.insert(first_colliding + colliding, Kind::value(colliding));
    }
};

} // namespace ferry::test::parking
