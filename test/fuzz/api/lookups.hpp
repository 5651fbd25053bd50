// SPDX-License-Identifier: BSL-1.0
#pragma once

// Looking up a key, or many.

#include "meddling.hpp"

#include <stdexcept>

namespace ferry::fuzz {

template <class E>
void get(world<E> &w) {
    const auto k = w.key();
    std::optional<unsigned> found;
    if (w.returns([&] {
            if (const auto copy = w.map().get(k.wanted()))
                found = E::number(*copy);
        }))
        w.require_same(found, w.here().value(k.number));
}

template <class E>
void at(world<E> &w) {
    const auto k = w.key();
    std::optional<unsigned> found;
    try {
        if (!w.returns([&] { found = E::number(w.map().at(k.wanted())); }))
            return;
        w.require(found.has_value(), "it gave nothing");
    } catch (const std::out_of_range &) {
    }
    w.require_same(found, w.here().value(k.number));
}

template <class E>
void value_or(world<E> &w) {
    const bool moved = w.in.below(2) != 0;
    const auto k = w.key();
    const unsigned n = w.fresh();
    auto fallback = E::value(n);
    unsigned found = 0;
    if (!w.returns([&] {
            found = E::number(moved ? w.map().value_or(k.wanted(), std::move(fallback))
                                    : w.map().value_or(k.wanted(), fallback));
        }))
        return;
    const auto there = w.here().value(k.number);
    w.require_same(found, there.value_or(n));
    w.require(!(moved && there) || E::number(fallback) == n,
              "it moved the fallback, and did not need it");
}

template <class E>
void contains(world<E> &w) {
    const auto k = w.key();
    bool found = false;
    if (w.returns([&] { found = w.map().contains(k.wanted()); }))
        w.require(found == w.here().value(k.number).has_value(), "the wrong answer");
}

template <class E>
void count(world<E> &w) {
    const auto k = w.key();
    std::size_t found = 0;
    if (w.returns([&] { found = w.map().count(k.key); }))
        w.require(found == w.here().oracle.count(k.number), "the wrong answer");
}

template <class E>
void visit(world<E> &w) {
    const auto k = w.key();
    meddling<E> meddle(w, k.number);
    const auto there = w.here().value(k.number);
    bool found = false;
    if (w.returns([&] {
            found = w.map().visit(k.wanted(), [&](const auto &at) {
                faults::point();
                const quiet now;
                meddle.called();
                // A set's visitor is given the key.
                w.require(E::number(at) == (is_set<E> ? k.number : *there),
                          "what it was given is not what was there");
            });
        }))
        w.require(found == there.has_value() && meddle.calls() == found, "the wrong answer");
}

// Of a function that may take the key, too.
template <class E>
void visit_element(world<E> &w) {
    const auto k = w.key();
    meddling<E> meddle(w, k.number);
    const auto there = w.here().value(k.number);
    bool found = false;
    if (w.returns([&] {
            found = w.map().visit(k.wanted(), [&](const auto &key, const auto &value) {
                faults::point();
                const quiet now;
                meddle.called();
                w.require(E::number(key) == k.number, "it was given another key");
                w.require_same(E::number(value), there);
            });
        }))
        w.require(found == there.has_value() && meddle.calls() == found, "the wrong answer");
}

// A handle of either kind, or an empty one, was found.
template <class E, class Handle>
void check_found(world<E> &w, const Handle &found, std::optional<unsigned> there) {
    w.require(static_cast<bool>(found) == there.has_value(), "the wrong answer");
    if (found)
        w.require(&*found == found.operator->(), "* and -> lead to different places");
}

template <class E>
void find(world<E> &w) {
    const auto k = w.key();
    const auto there = w.here().value(k.number);
    typename side<E>::handle found;
    if (!w.returns([&] { found = w.map().find(k.wanted()); }))
        return;
    check_found(w, found, there);
    if (found)
        w.hold(std::move(found), k.number, *there);
}

// Under one of the guards that live, if one is of this domain, else under one that `pin()` makes.
template <class E, class Guards, class Pin>
void find_under(world<E> &w, Guards &guards, Pin &&pin) {
    const auto k = w.key();
    const auto there = w.here().value(k.number);
    decltype(w.map().find(k.wanted(), guards.front().under)) found{};
    constexpr bool is_pointer = std::is_pointer_v<decltype(found)>; // otherwise a copy
    const auto usable = std::find_if(guards.rbegin(), guards.rend(), [&](const auto &each) {
        return each.domain == w.here().domain;
    });
    const bool lasting = is_pointer && usable != guards.rend() && usable->seen.size() < 16;
    std::optional<decltype(pin())> own;
    if (!lasting)
        own.emplace(pin());
    if (!w.returns([&] { found = w.map().find(k.wanted(), lasting ? usable->under : *own); }))
        return;
    w.require(static_cast<bool>(found) == there.has_value(), "the wrong answer");
    if (found) {
        const unsigned expected = is_set<E> ? k.number : *there;
        w.require(E::number(*found) == expected, "the wrong element");
        if constexpr (is_pointer)
            if (lasting)
                usable->seen.push_back({found, expected, w.here().serial});
    }
}

template <class E>
void find_guarded(world<E> &w) {
    find_under(w, w.guards, [&] { return w.map().pin(); });
}

template <class E>
void visit_many(world<E> &w) {
    const unsigned first = w.key_number();
    const unsigned many = w.in.take() % 48;
    meddling<E> meddle(w, first);
    std::vector<typename E::key_type> keys;
    for (unsigned i = 0; i != many; ++i)
        keys.push_back(E::key(first + i));
    std::vector<bool> seen(many);
    changes during;
    for (unsigned i = 0; i != many; ++i)
        if (const auto there = w.here().value(first + i))
            during.put.emplace(first + i, *there);
    const auto before = w.here().oracle;
    w.here().noting = &during;
    std::size_t found = 0;
    const bool returned = w.returns([&] {
        found = w.map().visit_many(keys.begin(), keys.end(), [&](std::size_t i, const auto &at) {
            faults::point();
            const quiet now;
            w.require(i < many && !seen[i], "an index comes twice, or is none");
            seen[i] = true;
            w.require(during.put.count({first + static_cast<unsigned>(i), E::number(at)}) != 0,
                      "a value that was not there");
            meddle.called(first + static_cast<unsigned>(i));
        });
    });
    w.here().noting = nullptr;
    if (!returned)
        return;
    for (unsigned i = 0; i != many; ++i)
        w.require(during.keys.count(first + i) != 0 || seen[i] == (before.count(first + i) != 0),
                  "key " + std::to_string(first + i) + " is missing, or is there");
    w.require(found == static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true)),
              "not as many as it says");
}

} // namespace ferry::fuzz
