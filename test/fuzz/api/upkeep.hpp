// SPDX-License-Identifier: BSL-1.0
#pragma once

// Capacity, reclamation, guards and handles, and maps that are made, moved, swapped and destroyed.

#include "world.hpp"

namespace ferry::fuzz {

// --- capacity and reclamation ---

template <class E>
void reserve(world<E> &w) {
    const std::size_t elements = w.in.take() * 8;
    if (!w.returns([&] { w.map().reserve(elements); }))
        return;
    w.here().reserved = std::max(w.here().reserved, elements);
    w.require(w.map().capacity() / 4 * 3 >= elements, "there is not that much room");
}

// Whether a table with half the slots has room for this many.
inline bool half_is_enough(std::size_t slots, std::size_t elements) {
    return slots / 2 >= elements + elements / 3 + 1;
}

template <class E>
void shrink_to_fit(world<E> &w) {
    const bool limited = w.memory_for != failing::no_limit;
    w.require(w.returns([&] { w.map().shrink_to_fit(); }), "it threw");
    w.here().reserved = 0;
    // Keys with poor hashes need long paths.
    const std::size_t floor = std::max(w.here().oracle.size(), w.here().min_capacity);
    const std::size_t slots = w.map().capacity();
    w.require(limited || present_hashes != hash_kind::spread || slots <= least_capacity<E> ||
                  !half_is_enough(slots, floor),
              "there is still room for twice as many");
    w.require(limited || !w.map().migrating(), "it left a migration");
}

template <class E>
void migrate(world<E> &w) {
    const unsigned buckets = w.in.take() % 64;
    bool said = false;
    w.require(w.returns([&] { said = w.map().migrate(buckets); }), "it threw");
    w.require(said == w.map().migrating(), "the wrong answer");
}

template <class E>
void reclaim(world<E> &w) {
    w.require(w.returns([&] { w.map().reclaim(); }), "it threw");
}

// Once, or until nothing is left to do.
template <class E>
void maintain(world<E> &w) {
    const unsigned buckets = w.in.take();
    const bool once = w.in.below(4) == 0;
    const bool limited = w.memory_for != failing::no_limit;
    bool said = false;
    if (once) {
        w.require(w.returns([&] { said = w.map().maintain(buckets); }), "it threw");
        w.require(limited ? !said || w.map().migrating() : said == w.map().migrating(),
                  "the wrong answer");
        return;
    }
    // Halved again and again, until it is small enough or the keys have no room in the half.
    const unsigned most = 64;
    unsigned rounds = 0;
    w.require(w.returns([&] {
        do
            said = w.map().maintain(4096);
        while (said && ++rounds != most);
    }),
              "it threw");
    if (limited)
        return;
    w.require(!said, "it goes on and on");
    if (present_hashes != hash_kind::spread)
        return;
    const std::size_t slots = w.map().capacity();
    w.require(w.here().shrink_below == 0 || slots <= least_capacity<E> ||
                  !half_is_enough(slots, std::max(w.here().min_capacity, w.here().reserved)) ||
                  static_cast<double>(w.here().oracle.size()) >=
                      w.here().shrink_below * static_cast<double>(slots),
              "it left a table that is too large");
    const map_stats left = w.map().stats();
    w.require(w.held_back(w.here().domain) ||
                  (left.retired_objects == 0 && left.retired_bytes == 0),
              "what was retired is not freed when nobody is pinned");
}

template <class E>
void stats(world<E> &w) {
    const map_stats now = w.map().stats();
    w.require(now.live == w.here().oracle.size(), "stats().live is wrong");
    w.require(now.migrations == now.grown + now.swept + now.shrunk, "migrations do not add up");
    w.require((now.buckets_left != 0) == w.map().migrating() || now.buckets_migrated != 0,
              "what is left of a migration is wrong");
    w.require(now.used >= now.live || w.map().migrating(), "elements without slots");
    w.require(w.map().load_factor() ==
                  static_cast<double>(now.live) / static_cast<double>(now.capacity),
              "load_factor() is wrong");
}

template <class E>
void inspect(world<E> &w) {
    w.inspect(w.here());
}

// --- guards and handles ---

template <class E>
void pin(world<E> &w) {
    constexpr std::size_t most = 6;
    if (w.guards.size() != most)
        w.guards.push_back({w.map().pin(), w.here().domain, {}});
}

// Any of those there are.
template <class E>
void unpin(world<E> &w) {
    if (!w.guards.empty())
        w.guards.erase(w.guards.begin() + w.in.below(static_cast<unsigned>(w.guards.size())));
}

template <class E>
void move_guard(world<E> &w) {
    if (w.guards.size() >= 2)
        std::swap(w.guards.front(), w.guards.back());
}

template <class E>
void refresh(world<E> &w) {
    if (w.guards.empty())
        return;
    auto &chosen = w.guards[w.in.below(static_cast<unsigned>(w.guards.size()))];
    const bool said = chosen.under.refresh();
    w.require(said == (w.pins(chosen.domain) == 1), "the wrong answer");
    if (said)
        chosen.seen.clear();
}

template <class E>
void let_go(world<E> &w) {
    auto &all = w.here().handles;
    if (!all.empty())
        all.erase(all.begin() + w.in.below(static_cast<unsigned>(all.size())));
}

template <class E>
void let_go_of_all(world<E> &w) {
    w.here().let_go();
    w.guards.clear();
    w.owned_guards.clear();
}

// --- maps ---

template <class E>
void destroy(world<E> &w, side<E> &old) {
    old.let_go();
    w.forget(old.serial);
    old.map.reset();
    old.oracle.clear();
}

// An empty map, or one with a few elements, in place of the one there is.
template <class E>
void make(world<E> &w, side<E> &at) {
    destroy(w, at);
    at.serial = ++w.serials;
    const unsigned how = w.in.take();
    const unsigned room = w.in.take();
    // At most 1/8 counts.
    const double shrink_below = how & 16 ? how & 32 ? 1.0 / 64 : 1.0 : 0.0;
    const options chosen{.capacity = how & 1 ? room * 4u : 0u,
                         .min_capacity = how & 2 ? room : 0u,
                         .drop_on_erase = (how & 4) != 0,
                         .domain = how & 8 ? nullptr : &w.own_domain,
                         .shrink_below = shrink_below};
    at.domain = &default_domain();
    at.min_capacity = how < 224 ? chosen.min_capacity : 0;
    at.reserved = 0;
    at.shrink_below = how < 224 ? std::min(shrink_below, 1.0 / 8) : 0;
    if (how < 224) {
        at.domain = how & 8 ? &default_domain() : &w.own_domain;
        at.map.emplace(chosen);
        w.require(at.map->capacity() / 4 * 3 >= std::max(chosen.capacity, chosen.min_capacity),
                  "there is less room than was asked for");
    } else if (how < 232) {
        at.map.emplace();
    } else if (how < 240) {
        at.map.emplace(room);
    } else if constexpr (is_set<E>) {
        const std::initializer_list<typename E::key_type> keys{E::key(1), E::key(2), E::key(1)};
        if (how < 248)
            at.map.emplace(keys);
        else
            at.map.emplace(keys.begin(), keys.end());
        at.oracle = {{1, 0}, {2, 0}};
    } else {
        const unsigned a = w.fresh();
        const unsigned b = w.fresh();
        const std::initializer_list<typename side<E>::map_type::value_type> elements{
            {E::key(1), E::value(a)}, {E::key(2), E::value(b)}, {E::key(1), E::value(b)}};
        if (how < 248)
            at.map.emplace(elements);
        else
            at.map.emplace(elements.begin(), elements.end());
        at.oracle = {{1, a}, {2, b}};
    }
}

template <class E>
void make_again(world<E> &w) {
    make(w, w.here());
}

// What follows goes to the other one.
template <class E>
void turn_to_other(world<E> &w) {
    w.present = 1 - w.present;
}

// Contents change places; handles and guards stay valid.
template <class E>
void swap_maps(world<E> &w) {
    if (w.in.below(2) != 0)
        swap(*w.sides[0].map, *w.sides[1].map);
    else
        w.sides[0].map->swap(*w.sides[1].map);
    std::swap<contents<E>>(w.sides[0], w.sides[1]);
}

// There and back.
template <class E>
void move_map(world<E> &w) {
    typename side<E>::map_type elsewhere(std::move(w.map()));
    w.require(elsewhere.size() == w.here().oracle.size(), "elements were lost");
    w.map() = std::move(elsewhere);
}

// The other's contents in place of these; the other is made again.
template <class E>
void take_other(world<E> &w) {
    contents<E> &mine = w.here();
    contents<E> &others = w.other();
    mine.let_go();
    w.forget(mine.serial);
    w.map() = std::move(*w.other().map);
    mine = std::exchange(others, {});
    make(w, w.other());
}

} // namespace ferry::fuzz
