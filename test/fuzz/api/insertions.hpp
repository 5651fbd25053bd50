// SPDX-License-Identifier: BSL-1.0
#pragma once

// Putting a key, and exchanging and comparing values.

#include "meddling.hpp"

namespace ferry::fuzz {

// An insertion has returned whether it inserted.
template <class E>
void inserted(world<E> &w, unsigned key, unsigned value, bool said) {
    w.require(said == !w.here().value(key).has_value(), "the wrong answer");
    if (said)
        w.here().becomes(key, value);
}

template <class E>
void insert(world<E> &w) {
    const unsigned form = w.in.below(3);
    auto k = w.key();
    const unsigned n = w.fresh();
    bool said = false;
    const bool returned = [&] {
        if constexpr (is_set<E>) {
            return w.returns([&] {
                said = form == 0 ? w.map().insert(k.key) : w.map().insert(std::move(k.key));
            });
        } else if (form == 0) {
            auto value = E::value(n);
            return w.returns([&] { said = w.map().insert(std::move(k.key), std::move(value)); });
        } else if (form == 1) {
            std::pair element(std::move(k.key), E::value(n));
            return w.returns([&] { said = w.map().insert(std::move(element)); });
        } else {
            // Nothing is moved from when the key is there.
            auto value = E::value(n);
            const bool there = w.here().value(k.number).has_value();
            const bool done =
                w.returns([&] { said = w.map().try_emplace(k.wanted(), std::move(value)); });
            w.require(!there || E::number(value) == n, "it moved the value, and did not insert");
            return done;
        }
    }();
    if (returned)
        inserted(w, k.number, n, said);
}

// As the third form of insert.
template <class E>
void emplace(world<E> &w) {
    const auto k = w.key();
    const unsigned n = w.fresh();
    auto value = E::value(n);
    bool said = false;
    const bool there = w.here().value(k.number).has_value();
    const bool returned = w.returns([&] { said = w.map().emplace(k.wanted(), std::move(value)); });
    w.require(!there || E::number(value) == n, "it moved the value, and did not insert");
    if (returned)
        inserted(w, k.number, n, said);
}

template <class E>
void insert_or_assign(world<E> &w) {
    const bool moved = w.in.below(2) != 0;
    const auto k = w.key();
    const unsigned n = w.fresh();
    auto value = E::value(n);
    bool said = false;
    if (!w.returns([&] {
            said = moved ? w.map().insert_or_assign(k.wanted(), std::move(value))
                         : w.map().insert_or_assign(k.wanted(), value);
        }))
        return;
    w.require(said == !w.here().value(k.number).has_value(), "the wrong answer");
    w.here().becomes(k.number, n);
}

template <class E>
void emplace_or_assign(world<E> &w) {
    const auto k = w.key();
    const unsigned n = w.fresh();
    const auto value = E::value(n);
    bool said = false;
    if (!w.returns([&] { said = w.map().emplace_or_assign(k.wanted(), value); }))
        return;
    w.require(said == !w.here().value(k.number).has_value(), "the wrong answer");
    w.here().becomes(k.number, n);
}

template <class E>
void insert_or_assign_with(world<E> &w) {
    const auto k = w.key();
    const unsigned n = w.fresh();
    meddling<E> meddle(w, k.number);
    bool said = false;
    if (!w.returns([&] {
            said = w.map().insert_or_assign_with(k.wanted(), [&] {
                faults::point();
                const quiet now;
                meddle.called();
                return E::value(n);
            });
        }))
        return;
    w.require(meddle.calls() == 1, "it was not called once");
    w.require(said == !w.here().value(k.number).has_value(), "the wrong answer");
    w.here().becomes(k.number, n);
}

template <class E>
void exchange(world<E> &w) {
    const auto k = w.key();
    const unsigned n = w.fresh();
    auto value = E::value(n);
    std::optional<unsigned> old;
    if (!w.returns([&] {
            if (const auto was = w.map().exchange(k.key, std::move(value)))
                old = E::number(*was);
        }))
        return;
    w.require_same(old, w.here().value(k.number));
    w.here().becomes(k.number, n);
}

template <class E>
void get_or_emplace(world<E> &w) {
    const bool held = w.in.below(2) != 0;
    const auto k = w.key();
    const unsigned n = w.fresh();
    const auto value = E::value(n);
    std::pair<typename side<E>::handle, bool> got;
    if (!w.returns([&] { got = w.map().get_or_emplace(k.wanted(), value); }))
        return;
    inserted(w, k.number, n, got.second);
    w.require(static_cast<bool>(got.first), "an empty handle");
    w.require_same(E::number(*got.first), w.here().value(k.number));
    if (held)
        w.hold(std::move(got.first), k.number, E::number(*got.first));
}

template <class E>
void get_or_emplace_with(world<E> &w) {
    const auto k = w.key();
    const unsigned n = w.fresh();
    meddling<E> meddle(w, k.number);
    std::pair<typename side<E>::handle, bool> got;
    if (!w.returns([&] {
            got = w.map().get_or_emplace_with(k.wanted(), [&] {
                faults::point();
                const quiet now;
                w.require(!w.here().value(k.number), "it was called for a key that is there");
                meddle.called();
                return E::value(n);
            });
        }))
        return;
    w.require(meddle.calls() <= 1, "it was called twice");
    w.require(!got.second || meddle.calls() == 1, "it was not called");
    inserted(w, k.number, n, got.second);
    w.require_same(E::number(*got.first), w.here().value(k.number));
}

// A value that is expected: mostly the right one.
template <class E>
unsigned expectation(world<E> &w, unsigned key) {
    return w.here().value(key).value_or(0) + (w.in.below(4) == 0 ? 1 : 0);
}

template <class E>
void compare_exchange(world<E> &w) {
    const auto k = w.key();
    const unsigned n = w.fresh();
    const unsigned wanted = expectation(w, k.number);
    const auto expected = E::value(wanted);
    auto desired = E::value(n);
    bool said = false;
    if (!w.returns(
            [&] { said = w.map().compare_exchange(k.wanted(), expected, std::move(desired)); }))
        return;
    w.require(said == (w.here().value(k.number) == wanted), "the wrong answer");
    if (said)
        w.here().becomes(k.number, n);
}

template <class E>
void compare_erase(world<E> &w) {
    const auto k = w.key();
    const unsigned wanted = expectation(w, k.number);
    const auto expected = E::value(wanted);
    bool said = false;
    if (!w.returns([&] { said = w.map().compare_erase(k.wanted(), expected); }))
        return;
    w.require(said == (w.here().value(k.number) == wanted), "the wrong answer");
    if (said)
        w.here().becomes(k.number, std::nullopt);
}

} // namespace ferry::fuzz
