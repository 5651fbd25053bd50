// SPDX-License-Identifier: BSL-1.0
#pragma once

// What must hold of two images whose copies of ferry work on the same maps.

#include "image.hpp"

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace ferry::test::copies {

namespace {

inline void expect(bool held, const char *sentence) {
    if (!held) {
        std::fprintf(stderr, "failed: %s\n", sentence);
        std::_Exit(1);
    }
}

/// `held` is of `map`'s held_key, and stays readable while `other` works on the map.
inline void stays_readable(letters &map, const letters::handle &held, const image &other) {
    expect((*held).reads(held_value), "the value is there at first");
    other.churn(map);
    expect((*held).reads(held_value), "it stays while the other image churns the map");
    std::thread([&] { other.churn(map); }).join();
    expect((*held).reads(held_value), "and while a thread of the other image does");
}

/// One image makes the map, the other uses it and ends it; each ends what the other holds.
inline void share_a_map(const image &one, const image &other) {
    letters *const map = one.make();
    letters::handle *const held = one.hold(*map);
    stays_readable(*map, *held, other);
    other.let_go(held);
    expect(one.reclaims(*map) || other.reclaims(*map), "all is reclaimed in the end");
    map->insert(held_key, letter(held_value));
    std::thread([&] {
        letters::handle *const there = other.hold(*map);
        stays_readable(*map, *there, one);
        other.let_go(there);
    }).join();
    other.destroy(map);
}

/// A guard that names no domain is of the domain that the same image's maps are in.
inline void guard_what_they_made(const image &one, const image &other) {
    for (const image *each : {&one, &other}) {
        letters *const map = each->make();
        expect(each->reads_under_a_guard(*map), "a guard reads what its image has made");
        each->destroy(map);
    }
}

} // namespace

} // namespace ferry::test::copies
