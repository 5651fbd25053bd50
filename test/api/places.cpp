// SPDX-License-Identifier: BSL-1.0

// Values that can be copied like memory take turns in the places a node has: what that costs in
// memory, that nobody sees it, and that no place is lost.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
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

namespace api_places {

using namespace ferry::test;

namespace {

using stamped_allocator = ledger_allocator<std::pair<const std::uint64_t, stamped>>;
using stamped_map = ferry::concurrent_map<std::uint64_t, stamped, ferry::hash<std::uint64_t>,
                                          std::equal_to<>, stamped_allocator>;

constexpr std::uint64_t keys = 50;

// A map in a domain of its own, so that only the test's own pins hold its epoch back; the bytes of
// its nodes and boxes are counted.
struct fixture {
    explicit fixture(bool drop_on_erase = false)
        : map({.capacity = 200, .drop_on_erase = drop_on_erase, .domain = &domain}, {}, {},
              stamped_allocator(book)) {}

    stamped next(std::uint64_t key) { return stamped::made_by(0, ++turn, key); }

    // Every key gets another value.
    void fill() {
        for (std::uint64_t key = 0; key < keys; ++key)
            map.insert_or_assign(key, next(key));
    }
    void erase_all() {
        for (std::uint64_t key = 0; key < keys; ++key)
            map.erase(key);
    }

    // Whether the statistics tell each byte that the allocator gave. Nobody is pinned.
    bool statistics_are_exact() {
        return reclaim_everything(map) && map.stats().node_bytes == book.bytes();
    }

    // From its third value on at the latest a key needs no memory.
    void check_that_no_place_is_lost() {
        for (int round = 0; round < 3; ++round) {
            CHECK(reclaim_everything(map));
            map.reclaim();
            fill();
        }
        const std::size_t before = book.attempts();
        for (int round = 0; round < 6; ++round) {
            map.reclaim();
            fill();
        }
        CHECK(book.attempts() == before);
        CHECK(map.stats().retired_objects == 0);
        CHECK(statistics_are_exact());
    }

    ledger book;
    ferry::epoch_domain domain;
    stamped_map map;
    std::uint64_t turn = 0;
};

// Calls `change(i)` so often in another thread, with the epoch moving on in between.
template <class Change>
void in_another_thread(stamped_map &map, Change &&change) {
    std::thread([&] {
        for (std::uint64_t i = 0; i < 1000; ++i) {
            change(i);
            map.reclaim();
        }
    }).join();
}

} // namespace

TEST_CASE_FIXTURE(fixture, "replacing values again and again takes a node and a box a key") {
    fill();
    const std::size_t nodes = book.bytes();
    fill();
    const std::size_t both = book.bytes();
    const std::size_t attempts = book.attempts();
    CHECK(attempts == 2 * keys);
    for (int round = 0; round < 200; ++round) {
        map.reclaim();
        switch (round % 4) {
        case 0:
            fill();
            break;
        case 1:
            for (std::uint64_t key = 0; key < keys; ++key)
                CHECK(map.update(key, [&](const stamped &) { return next(key); }));
            break;
        case 2:
            for (std::uint64_t key = 0; key < keys; ++key)
                CHECK_FALSE(map.upsert(key, [&](const stamped &) { return next(key); }));
            break;
        default:
            for (std::uint64_t key = 0; key < keys; ++key)
                CHECK(map.exchange(key, next(key))->whole());
            break;
        }
    }
    CHECK(book.attempts() == attempts);
    CHECK(book.bytes() == both);
    const auto stats = map.stats();
    CHECK(stats.node_bytes == both);
    CHECK(stats.node_bytes > nodes);
    CHECK(stats.retired_objects == 0);
    CHECK(stats.retired_bytes == 0);
}

TEST_CASE_FIXTURE(fixture, "erasing and inserting keys again and again takes a node a key") {
    fill();
    const std::size_t nodes = book.bytes();
    for (int round = 0; round < 200; ++round) {
        erase_all();
        map.reclaim();
        CHECK(map.stats().node_bytes == nodes);
        fill();
    }
    CHECK(book.attempts() == keys);
    CHECK(map.stats().node_bytes == nodes);
    CHECK(map.stats().retired_objects == 0);
}

TEST_CASE("a map that is destroyed frees the places that are free") {
    ledger book;
    ferry::epoch_domain domain;
    {
        stamped_map map({.domain = &domain}, {}, {}, stamped_allocator(book));
        for (std::uint64_t key = 0; key < keys; ++key) {
            // Values inside, in boxes, inside with a box, in boxes that were used again, and gone.
            map.insert(key, stamped{});
            for (std::uint64_t i = 0; i < key % 4; ++i) {
                map.insert_or_assign(key, stamped{});
                map.reclaim();
            }
            if (key % 10 == 9)
                map.erase(key);
        }
    }
    CHECK(book.blocks() == 0);
    CHECK(book.wrong() == 0);
}

TEST_CASE("whatever is done to the keys, the statistics tell each byte and no place is lost") {
    FERRY_SHOW_SEED();
    for (const bool drop_on_erase : {false, true}) {
        fixture here(drop_on_erase);
        stamped_map &map = here.map;
        std::vector<std::optional<stamped>> oracle(keys);
        prng random(7);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < 20000; ++i) {
            const std::uint64_t key = random.below(keys);
            const stamped value = here.next(key);
            const bool there = oracle[key].has_value();
            switch (random.below(9)) {
            case 0:
                wrong += map.insert(key, value) == there;
                if (!there)
                    oracle[key] = value;
                break;
            case 1:
                wrong += map.insert_or_assign(key, value) == there;
                oracle[key] = value;
                break;
            case 2:
                wrong += map.update(key, [&](const stamped &) { return value; }) != there;
                if (there)
                    oracle[key] = value;
                break;
            case 3:
                wrong += map.exchange(key, value) != oracle[key];
                oracle[key] = value;
                break;
            case 4:
            case 5:
                wrong += (map.erase(key) == 1) != there;
                oracle[key].reset();
                break;
            case 6:
                map.compute(key, [&](const stamped *now) {
                    wrong += (now != nullptr) != there;
                    return there ? std::nullopt : std::optional(value);
                });
                oracle[key] = there ? std::nullopt : std::optional(value);
                break;
            case 7:
                wrong += map.compare_exchange(key, oracle[key].value_or(value), value) != there;
                if (there)
                    oracle[key] = value;
                break;
            default:
                wrong += *map.get_or_emplace(key, value).first != oracle[key].value_or(value);
                oracle[key] = oracle[key].value_or(value);
                break;
            }
            wrong += map.get(key) != oracle[key];
            if (random.once_in(30))
                map.reclaim();
            if (random.once_in(200))
                wrong += !here.statistics_are_exact();
        }
        CHECK(wrong == 0);
        for (std::uint64_t key = 0; key < keys; ++key)
            CHECK(map.get(key) == oracle[key]);
        here.check_that_no_place_is_lost();
    }
}

TEST_CASE_FIXTURE(fixture, "a value that is held stays as it is while others replace it") {
    fill();
    SUBCASE("inside its node") {}
    SUBCASE("in a box") { fill(); }
    SUBCASE("inside its node, with a box") {
        fill();
        map.reclaim();
        fill();
    }
    SUBCASE("in a box again") {
        for (int i = 0; i < 3; ++i) {
            fill();
            map.reclaim();
        }
    }
    const auto replace = [&](std::uint64_t) { map.insert_or_assign(1, next(1)); };
    const auto come_and_go = [&](std::uint64_t i) {
        if (i % 2 == 0)
            map.erase(1);
        else
            map.insert(1, next(1));
    };
    const auto update = [&](std::uint64_t) {
        map.update(1, [&](const stamped &) { return next(1); });
    };
    std::size_t wrong = 0;
    const auto while_held = [&](const auto &change) {
        map.reclaim();
        map.insert(1, next(1));
        { // by a guard
            const auto guard = map.pin();
            const stamped *const held = map.find(std::uint64_t{1}, guard);
            const stamped before = *held;
            in_another_thread(map, [&](std::uint64_t i) {
                change(i);
                const auto now = map.find(std::uint64_t{1});
                wrong += (now && &*now == held) || stamped::read(*held) != before;
            });
        }
        map.insert(1, next(1));
        { // by a handle
            const auto handle = map.find(std::uint64_t{1});
            const stamped before = *handle;
            in_another_thread(map, [&](std::uint64_t i) {
                change(i);
                wrong += stamped::read(*handle) != before;
            });
        }
        map.insert(1, next(1));
        { // by the handle of what was erased
            const auto handle = map.extract(std::uint64_t{1});
            const stamped before = *handle;
            in_another_thread(map, [&](std::uint64_t i) {
                change(i + 1);
                wrong += stamped::read(*handle) != before;
            });
        }
        map.erase(1);
        { // by the handle of what was inserted
            const auto put = map.get_or_emplace(std::uint64_t{1}, next(1));
            CHECK(put.second);
            const auto &handle = put.first;
            const stamped before = *handle;
            in_another_thread(map, [&](std::uint64_t i) {
                change(i);
                wrong += stamped::read(*handle) != before;
            });
        }
    };
    while_held(replace);
    while_held(come_and_go);
    while_held(update);
    CHECK(wrong == 0);
    check_that_no_place_is_lost();
}

TEST_CASE_FIXTURE(fixture, "a value stays as it is under a pin while its own thread replaces it") {
    fill();
    const auto guard = map.pin();
    std::vector<std::pair<const stamped *, stamped>> held;
    for (int i = 0; i < 500; ++i) {
        const stamped *const now = map.find(std::uint64_t{1}, guard);
        held.emplace_back(now, *now);
        if (i % 3 == 0) {
            map.erase(1);
            map.insert(1, next(1));
        } else {
            map.update(1, [&](const stamped &current) {
                map.reclaim();
                CHECK(current == *now);
                return next(1);
            });
        }
        map.reclaim();
    }
    std::size_t wrong = 0;
    for (const auto &[place, value] : held)
        wrong += *place != value;
    CHECK(wrong == 0);
}

TEST_CASE_FIXTURE(fixture, "a function that changes its own key finds its argument unchanged") {
    fill();
    for (int round = 0; round < 20; ++round) {
        map.reclaim();
        int calls = 0;
        const stamped last = next(1);
        CHECK(map.update(1, [&](const stamped &current) {
            const stamped before = current;
            if (++calls < 4) {
                map.insert_or_assign(1, next(1));
                map.erase(1);
                map.insert(1, next(1));
                map.reclaim();
            }
            CHECK(current == before);
            return last;
        }));
        CHECK(calls == 4);
        CHECK(map.get(1) == last);
    }
    check_that_no_place_is_lost();
}

TEST_CASE_FIXTURE(fixture, "without memory a value goes into a place that is expired, or stays") {
    fill();
    fill();
    book.refuse_after(0);
    const stamped before = *map.get(1);
    CHECK_THROWS_AS(map.insert_or_assign(1, next(1)), std::bad_alloc);
    CHECK_THROWS_AS(map.update(1, [&](const stamped &) { return next(1); }), std::bad_alloc);
    CHECK_THROWS_AS(map.compute(1, [&](const stamped *) { return next(1); }), std::bad_alloc);
    CHECK(map.get(1) == before);
    map.reclaim();
    for (int i = 0; i < 10; ++i) {
        CHECK_FALSE(map.insert_or_assign(1, next(1)));
        map.reclaim();
        CHECK(map.update(1, [&](const stamped &) { return next(1); }));
        map.reclaim();
    }
    CHECK(map.erase(1) == 1);
    map.reclaim();
    const stamped last = next(1);
    CHECK(map.insert(1, last));
    CHECK(map.get(1) == last);
    book.refuse_nothing();
    check_that_no_place_is_lost();
}

TEST_CASE("functions that throw while others hold places lose none, and no value") {
    FERRY_SHOW_SEED();
    constexpr std::uint64_t few = 4;
    for (const bool drop_on_erase : {false, true}) {
        fixture here(drop_on_erase);
        stamped_map &map = here.map;
        const auto found = crew(4, [&](unsigned id, findings &mine) {
            prng random(id);
            for (std::size_t i = 0; i < scaled(40000, 4000); ++i) {
                const std::uint64_t key = random.below(few);
                const auto make = [&] {
                    if (random.once_in(4))
                        throw injected();
                    return stamped::made_by(id, i, key);
                };
                const auto change = [&](const stamped &now) {
                    const stamped before = stamped::read(now);
                    if (random.once_in(8))
                        std::this_thread::yield();
                    const stamped made = make();
                    mine.expect(before.whole() && before.key == key, "an argument is whole");
                    mine.expect(stamped::read(now) == before, "an argument stays as it is");
                    return made;
                };
                try {
                    switch (random.below(6)) {
                    case 0:
                        map.update(key, change);
                        break;
                    case 1:
                        map.upsert(key, change, stamped::made_by(id, i, key));
                        break;
                    case 2:
                        map.compute(key, [&](const stamped *now) -> std::optional<stamped> {
                            return now == nullptr ? make() : change(*now);
                        });
                        break;
                    case 3:
                        map.compute(key, [&](const stamped *now) -> std::optional<stamped> {
                            if (now == nullptr)
                                return make();
                            return std::nullopt;
                        });
                        break;
                    case 4:
                        map.get_or_emplace_with(key, make);
                        break;
                    default:
                        map.erase(key);
                        break;
                    }
                } catch (const injected &) {
                }
                let_epochs_pass(map, i);
            }
        });
        CHECK(found.text() == "");
        map.for_each([](const std::uint64_t &key, const stamped &value) {
            CHECK(value.whole());
            CHECK(value.key == key);
        });
        CHECK(here.statistics_are_exact());
        here.check_that_no_place_is_lost();
    }
}

} // namespace api_places
