// SPDX-License-Identifier: BSL-1.0
#pragma once

// The operations that a thread is parked in, each in the situation in which it has the most to do.

#include "situation.hpp"

#include <reclaim/thread_registry.hpp>

#include <string>
#include <thread>
#include <vector>

namespace ferry::test::parking {

template <class Kind>
struct scenario {
    using situation_type = situation<Kind>;

    const char *name;
    void (*prepare)(situation_type &);
    void (*operate)(situation_type &);
    // Points that it has to come by: else it is not the situation it is meant to be.
    std::vector<std::string> passes;
    options with = {};
    // Whether the thread is new to the map; else it has prepared the situation, and owns a stripe.
    bool comes_new = false;
    // Asymmetric where it matters: with the model's constants each retirement tries to advance the
    // epoch, which interrupts all others each time.
    barrier pins = barrier::symmetric;
};

template <class Kind>
void look_at_residents(situation<Kind> &in) {
    std::size_t seen = 0;
    in.map.for_each([&](key each, std::uint64_t value) {
        seen += each < in.residents && each != held && value == value_of(each);
    });
    in.found.expect(seen == in.residents - 1, "iteration shows each resident once");
}

template <class Kind>
void insert_colliding(situation<Kind> &in) {
    in.found.expect(in.map.insert(first_colliding + in.colliding, in.colliding),
                    "a new key is inserted");
    ++in.colliding;
}

template <class Kind>
std::vector<scenario<Kind>> scenarios_of_both() {
    using s = situation<Kind>;
    return {
        {"an insert that publishes the next table",
         [](s &in) { in.fill(); },
         [](s &in) { in.mine.insert(7); },
         {"after publishing next"}},
        {"an insert that helps",
         [](s &in) { in.begin_growth(50); },
         [](s &in) { in.mine.insert(7); },
         {"between finding an empty slot and the link", "between a link and its count",
          "between a bucket's last slot and its done bit", "after a done bit"}},
        {"an insert of an erased key that helps",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth(50);
             in.mine.erase();
         },
         [](s &in) { in.mine.insert(8); },
         {"between reading a state and changing it",
          "between a bucket's last slot and its done bit"}},
        {"an erase that helps",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth(50);
         },
         [](s &in) { in.mine.erase(); },
         {"between a bucket's last slot and its done bit"}},
        {"an update that helps",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth(50);
         },
         [](s &in) { in.mine.update(); },
         {"between a link and the second load of the state",
          "between a bucket's last slot and its done bit"}},
        {"an assignment that retires, advances and drains",
         [](s &in) {
             in.mine.insert(7);
             in.mine.update();
             in.let_garbage_ripen();
             in.mine.update();
         },
         [](s &in) { in.mine.assign(9); },
         {"between the unlinking CAS and the label", "between the label and the push",
          "between the heavy barrier and the epoch's CAS",
          "between a list's exchange and its putting back"},
         {},
         false,
         barrier::automatic},
        {"an erase with drop_on_erase",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth(8);
         },
         [](s &in) { in.mine.extract(); },
         {"between DROPPED and the unlinking"},
         {.drop_on_erase = true}},
    };
}

// What is the same whatever the values are.
inline std::vector<scenario<words>> scenarios_of_words() {
    using s = situation<words>;
    return {
        {"an update in a place that is free",
         [](s &in) {
             in.mine.insert(7);
             in.mine.update();
             in.let_grace_period_pass();
         },
         [](s &in) { in.mine.update(); },
         {"between taking a free place and publishing its value"}},
        {"a find that helps",
         [](s &in) { in.begin_growth(3); },
         // The key was absent; others put it there.
         [](s &in) { in.map.get(held); },
         {"between a bucket's last slot and its done bit"}},
        {"a sweep that drops dead nodes",
         [](s &in) { in.begin_sweep(); },
         [](s &in) { in.map.migrate(6); },
         {"between DROPPED and the unlinking"}},
        {"a promotion",
         [](s &in) { in.begin_growth(1); },
         [](s &in) { in.mine.upsert(7); },
         {"between a done bit and the promotion", "between a promotion and the table's retirement"},
         {},
         false,
         barrier::automatic},
        {"reclaim",
         [](s &in) { in.let_garbage_ripen(); },
         [](s &in) { in.map.reclaim(); },
         {"between the heavy barrier and the epoch's CAS", "after a list's exchange"},
         {},
         false,
         barrier::automatic},
        {"a new thread's first pin",
         [](s &in) { in.begin_growth(50); },
         [](s &in) { in.found.expect(in.map.contains(1), "a resident is found"); },
         {"before a record is linked", "between the epoch's load and the pin", "before the unpin"},
         {},
         true,
         barrier::automatic},
        {"a first pin with a record that was left",
         [](s &in) {
             in.begin_growth(50);
             std::thread([&in] { in.map.contains(1); }).join();
         },
         [](s &in) { in.found.expect(in.map.contains(1), "a resident is found"); },
         {"between the epoch's load and the pin"},
         {},
         true},
        {"a thread's end",
         [](s &in) { in.begin_growth(50); },
         [](s &) { detail::thread_registry::release_all(nullptr); },
         {"before a record is left"}},
        {"shrink_to_fit",
         [](s &in) { in.empty_out(); },
         [](s &in) { in.map.shrink_to_fit(); },
         {"after publishing next", "between a done bit and the promotion",
          "between a promotion and the table's retirement"}},
        {"reserve",
         [](s &in) { in.insert_resident(); },
         [](s &in) { in.map.reserve(10); },
         {"after publishing next", "between a done bit and the promotion"}},
        {"for_each in a migration",
         [](s &in) { in.begin_growth(50); },
         look_at_residents<words>,
         {"before the unpin"}},
        {"an insert at its path's end",
         [](s &in) { in.fill_path(); },
         insert_colliding<words>,
         {"after publishing next"},
         {.capacity = 190}},
    };
}

// Of flat maps.
inline std::vector<scenario<cells>> scenarios_of_cells() {
    using s = situation<cells>;
    return {
        {"an insert that publishes the next table",
         [](s &in) { in.fill(); },
         [](s &in) { in.mine.insert(7); },
         {"between finding an empty cell and its CAS", "between a cell's CAS and its count",
          "after publishing next"}},
        {"an insert that helps",
         [](s &in) { in.begin_growth(40); },
         [](s &in) { in.mine.insert(7); },
         {"between finding an empty cell and its CAS", "before a live cell is frozen",
          "between freezing a cell and moving its key", "between moving a key and the done bit",
          "after a done bit"}},
        {"an insert that finds its home full",
         [](s &in) { in.collide(2); },
         insert_colliding<cells>,
         {"before a full home is marked"},
         {.capacity = 190}},
        {"an insert at its path's end",
         [](s &in) { in.fill_path(); },
         insert_colliding<cells>,
         {"after publishing next", "between finding an empty cell and its CAS"},
         {.capacity = 190}},
        {"an insert of an erased key that helps",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth(40);
             in.mine.erase();
         },
         [](s &in) { in.mine.insert(8); },
         {"between a cell's look and its CAS", "between a cell's CAS and its count"}},
        {"an insert of an erased key whose cell is frozen",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth_up_to_held(false);
             in.mine.erase();
         },
         [](s &in) { in.mine.insert(8); },
         {"between finding an empty cell and its CAS"}},
        {"an erase that helps",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth(40);
         },
         [](s &in) { in.mine.erase(); },
         {"between a cell's look and its CAS", "between a cell's CAS and its count"}},
        {"an update of a key whose cell is frozen",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth_up_to_held(true);
         },
         [](s &in) { in.mine.update(); },
         {"between a cell's look and its CAS"}},
        {"an exchange that helps",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth(40);
         },
         [](s &in) { in.mine.assign(9); },
         {"between a cell's look and its CAS"}},
        {"a compute of a key whose cell is frozen",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth_up_to_held(true);
         },
         [](s &in) { in.mine.compute(9); },
         {"between a cell's look and its CAS"}},
        {"a migration of the key that others change",
         [](s &in) {
             in.mine.insert(7);
             in.begin_growth_up_to_held(false);
         },
         [](s &in) { in.map.migrate(1); },
         {"before a live cell is frozen", "between freezing a cell and moving its key",
          "between moving a key and the done bit"}},
        {"a find that helps",
         [](s &in) { in.begin_growth(3); },
         // The key was absent; others put it there.
         [](s &in) { in.map.get(held); },
         {"after a done bit"}},
        {"a sweep that leaves dead keys behind",
         [](s &in) { in.begin_sweep(); },
         [](s &in) { in.map.migrate(6); },
         {"before a dead cell is frozen", "between freezing a cell and moving its key"}},
        {"a promotion",
         [](s &in) { in.begin_growth(1); },
         [](s &in) { in.mine.upsert(7); },
         {"between a done bit and the promotion", "between a promotion and the table's retirement"},
         {},
         false,
         barrier::automatic},
        {"shrink_to_fit",
         [](s &in) { in.empty_out(); },
         [](s &in) { in.map.shrink_to_fit(); },
         {"after publishing next", "between a done bit and the promotion",
          "between a promotion and the table's retirement"}},
        {"reserve",
         [](s &in) { in.insert_resident(); },
         [](s &in) { in.map.reserve(10); },
         {"after publishing next", "between a done bit and the promotion"}},
        {"for_each in a migration",
         [](s &in) { in.begin_growth(40); },
         look_at_residents<cells>,
         {"before the unpin"}},
    };
}

} // namespace ferry::test::parking
