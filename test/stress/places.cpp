// SPDX-License-Identifier: BSL-1.0

// Values that can be copied like memory take turns in few places, and nobody sees a value change
// under a reference: what a pinned thread reads again and again is the same, byte for byte.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/faults.hpp"
#include "support/ledger.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"
#include "support/stamped.hpp"

namespace stress_places {

using namespace ferry::test;

namespace {

using stamped_map =
    ferry::concurrent_map<std::uint64_t, stamped, ferry::hash<std::uint64_t>, std::equal_to<>,
                          ledger_allocator<std::pair<const std::uint64_t, stamped>>>;

// What a reader of a key found there, and where.
struct sighting {
    const stamped *place;
    stamped seen;
};

// Reads keys under one guard, keeps what it found for a while, and looks at all of it again.
void read_again_and_again(stamped_map &map, std::uint64_t keys, prng &random, findings &found) {
    std::vector<sighting> held;
    const auto guard = map.pin();
    const std::size_t looks = 1 + random.below(6);
    for (std::size_t look = 0; look < looks; ++look) {
        const std::uint64_t key = random.below(keys);
        if (const stamped *const place = map.find(key, guard)) {
            held.push_back({place, stamped::read(*place)});
            found.expect(held.back().seen.whole(), "a value is whole");
            found.expect(held.back().seen.key == key, "a value is its key's");
        }
        if (random.once_in(4))
            std::this_thread::yield();
        for (const sighting &one : held)
            found.expect(stamped::read(*one.place) == one.seen,
                         "a value stays as it is under a guard");
    }
}

// Changes one key, in one of the ways there are.
void change(stamped_map &map, std::uint64_t key, unsigned id, std::uint64_t turn, prng &random,
            findings &found) {
    const stamped value = stamped::made_by(id, turn, key);
    const auto replace = [&](const stamped &now) {
        const stamped before = stamped::read(now);
        found.expect(before.whole() && before.key == key, "an argument is whole");
        if (random.once_in(16))
            std::this_thread::yield();
        found.expect(stamped::read(now) == before, "an argument stays as it is");
        return value;
    };
    switch (random.below(8)) {
    case 0:
    case 1:
        map.insert_or_assign(key, value);
        break;
    case 2:
        map.update(key, replace);
        break;
    case 3:
        map.upsert(key, replace, value);
        break;
    case 4:
        if (const auto old = map.exchange(key, value))
            found.expect(old->whole() && old->key == key, "a value that was replaced is whole");
        break;
    case 5:
        map.compute(key, [&](const stamped *now) {
            return now == nullptr ? std::optional(value) : std::nullopt;
        });
        break;
    case 6: {
        const auto handle = map.extract(key);
        if (handle) {
            const stamped before = stamped::read(*handle);
            found.expect(before.whole(), "a value that was erased is whole");
            map.insert(key, value);
            found.expect(stamped::read(*handle) == before, "an erased value stays as it is");
        }
        break;
    }
    default: {
        const auto [handle, inserted] = map.get_or_emplace(key, value);
        const stamped before = stamped::read(*handle);
        found.expect(!inserted || before == value, "who inserts gets its own value");
        std::this_thread::yield();
        found.expect(stamped::read(*handle) == before, "a value stays as it is under a handle");
        break;
    }
    }
}

// All memory is accounted for, and no place is lost: each key does without new memory.
void check_that_nothing_is_lost(stamped_map &map, const ledger &book, std::uint64_t keys) {
    CHECK(reclaim_everything(map));
    CHECK(map.stats().node_bytes == book.bytes());
    std::size_t attempts = 0;
    for (std::uint64_t round = 0; round < 8; ++round) {
        if (round == 3)
            attempts = book.attempts();
        map.reclaim();
        for (std::uint64_t key = 0; key < keys; ++key)
            map.insert_or_assign(key, stamped::made_by(0, round, key));
    }
    CHECK(book.attempts() == attempts);
}

struct work {
    unsigned threads;
    unsigned readers;
    std::uint64_t keys;
    std::size_t steps;
    std::size_t steps_per_reclaim;
    bool drop_on_erase = false;
    // Symmetric: an advance is no system call, and there are many more of them.
    ferry::barrier barrier = ferry::barrier::automatic;
};

void run(const work &how) {
    FERRY_SHOW_SEED();
    ledger book;
    ferry::epoch_domain domain(how.barrier);
    stamped_map map({.drop_on_erase = how.drop_on_erase, .domain = &domain}, {}, {},
                    ledger_allocator<std::pair<const std::uint64_t, stamped>>(book));
    std::atomic<unsigned> writing{how.threads - how.readers};
    const auto found = crew(how.threads, [&](unsigned id, findings &mine) {
        prng random(id);
        if (id < how.readers) {
            while (writing > 0)
                read_again_and_again(map, how.keys, random, mine);
            return;
        }
        for (std::size_t i = 0; i < how.steps; ++i) {
            change(map, random.below(how.keys), id, i, random, mine);
            if (i % how.steps_per_reclaim == 0) {
                map.reclaim();
                std::this_thread::yield();
            }
        }
        --writing;
    });
    CHECK(found.text() == "");

    check_that_nothing_is_lost(map, book, how.keys);
}

} // namespace

TEST_CASE("a reference shows the same bytes while its key is replaced, erased and revived") {
    run({.threads = 4,
         .readers = 2,
         .keys = 16,
         .steps = scaled(400000, 5000),
         .steps_per_reclaim = 256});
}

TEST_CASE("a reference shows the same bytes while the epoch moves on all the time") {
    run({.threads = 8,
         .readers = 4,
         .keys = 3,
         .steps = scaled(150000, 2000),
         .steps_per_reclaim = 2,
         .barrier = ferry::barrier::symmetric});
}

TEST_CASE("a reference shows the same bytes while threads fight over one key") {
    run({.threads = 8,
         .readers = 2,
         .keys = 1,
         .steps = scaled(150000, 2000),
         .steps_per_reclaim = 8,
         .barrier = ferry::barrier::symmetric});
}

TEST_CASE("a reference shows the same bytes while its nodes are dropped") {
    run({.threads = 6,
         .readers = 2,
         .keys = 4,
         .steps = scaled(150000, 2000),
         .steps_per_reclaim = 64,
         .drop_on_erase = true});
}

TEST_CASE("operations that give up half-way give back the places they held") {
    FERRY_SHOW_SEED();
    constexpr std::uint64_t keys = 2;
    ledger book;
    ferry::epoch_domain domain(ferry::barrier::symmetric);
    stamped_map map({.domain = &domain}, {}, {},
                    ledger_allocator<std::pair<const std::uint64_t, stamped>>(book));
    for (std::size_t round = 0; round < scaled(100, 5); ++round) {
        const auto found = crew(3, [&](unsigned id, findings &mine) {
            prng random(round * 3 + id);
            for (std::size_t i = 0; i < 5000; ++i) {
                const std::uint64_t key = random.below(keys);
                const stamped value = stamped::made_by(id, i, key);
                // Who comes a second time was too late, perhaps with a place in its hands.
                int calls = 0;
                switch (random.below(6)) {
                case 0:
                case 1:
                    try {
                        map.update(key, [&](const stamped &now) {
                            mine.expect(stamped::read(now).whole(), "an argument is whole");
                            if (++calls == 2)
                                throw injected();
                            return value;
                        });
                    } catch (const injected &) {
                    }
                    break;
                case 2:
                    map.compute(key, [&](const stamped *) {
                        return ++calls == 1 ? ferry::compute_decision<stamped>(value)
                                            : ferry::compute_decision<stamped>(ferry::keep);
                    });
                    break;
                case 3:
                    map.erase(key);
                    break;
                default:
                    map.insert_or_assign(key, value);
                    break;
                }
                for (int attempt = 0; attempt < 5; ++attempt)
                    ferry::detail::domain_of(domain).try_advance();
            }
        });
        REQUIRE(found.text() == "");
        check_that_nothing_is_lost(map, book, keys);
    }
}

} // namespace stress_places
