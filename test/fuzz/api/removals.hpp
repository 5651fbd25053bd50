// SPDX-License-Identifier: BSL-1.0
#pragma once

// Erasing elements of all of the map.

#include "meddling.hpp"

namespace ferry::fuzz {

template <class E>
void clear(world<E> &w) {
    if (w.returns([&] { w.map().clear(); }))
        w.here().becomes_empty();
    else
        w.require(false, "it threw");
}

// Which elements go depends on the key, so that a second call for one answers the same.
inline bool is_to_go(unsigned key, unsigned which) { return (key ^ which) % 4 != 0; }

// `call(pred)` erases those for which pred is true, and says how many it erased. False: it threw.
template <class E, class Call>
bool erase_by(world<E> &w, meddling<E> &meddle, unsigned which, Call &&call) {
    std::optional<unsigned> agreed;
    std::size_t erased = 0;
    // What it has agreed to is gone when it is called again. If the key went and came meanwhile it
    // is asked again; but a set may take it for the same, and so it is, and a flat map asks again
    // only if its cell was moved.
    bool perhaps = false;
    const auto settle = [&] {
        const quiet now;
        bool looks = false;
        if (agreed && w.here().value(*agreed)) {
            looks = perhaps;
            if (!looks || !w.map().contains(E::key(*agreed))) {
                w.here().becomes(*agreed, std::nullopt);
                ++erased;
            }
        }
        agreed.reset();
        return looks;
    };
    std::size_t said = 0;
    const bool returned = w.returns([&] {
        said = call([&](const auto &key, const auto &...value) {
            faults::point();
            const quiet now;
            const bool looked = settle();
            const unsigned n = E::number(key);
            w.require_same(value_of<E>(value...), w.here().value(n));
            changes during;
            w.here().noting = &during;
            meddle.called(n);
            w.here().noting = nullptr;
            const bool agrees = is_to_go(n, which);
            // A look may help a migration, which may move the cell.
            perhaps = during.keys.count(n) != 0 || (is_flat<E> && looked);
            if (agrees && (is_set<E> || is_flat<E> || !perhaps))
                agreed = n;
            return agrees;
        });
    });
    settle();
    w.require(!returned || said == erased, "not as many as it says");
    return returned;
}

template <class E>
void erase_all_if(world<E> &w) {
    meddling<E> meddle(w, 0);
    const unsigned which = w.in.take();
    if (erase_by(w, meddle, which, [&](auto &&pred) { return w.map().erase_if(pred); }))
        for (const auto &[key, value] : w.here().oracle)
            w.require(!is_to_go(key, which) || !meddle.idle(),
                      "key " + std::to_string(key) + " is left");
}

// One call of a pass. Whatever comes between its calls, what was there throughout and is to go is
// gone at its end. It may go on in another map.
template <class E>
void erase_some_if(world<E> &w) {
    meddling<E> meddle(w, 0);
    const std::size_t buckets = w.in.take();
    const bool begins = !w.divided || w.divided->at.finished();
    if (begins) {
        // What was finished is used again.
        const scan_position at = w.divided ? w.divided->at : scan_position();
        w.divided.emplace();
        w.divided->at = at;
        w.divided->which = w.in.take();
        w.divided->serial = w.here().serial;
        for (const auto &[key, value] : w.here().oracle)
            if (is_to_go(key, w.divided->which))
                w.divided->due.emplace(key, value);
    }
    auto &pass = *w.divided;
    // Another element of a set with the same key looks like the same one. In a map every value is
    // another one.
    if (pass.serial != w.here().serial || (is_set<E> && !(begins && meddle.idle())))
        pass.due.clear();
    const map_stats before = w.map().stats();
    if (!erase_by(w, meddle, pass.which,
                  [&](auto &&pred) { return w.map().erase_if(pass.at, buckets, pred); }))
        return;
    const map_stats after = w.map().stats();
    if (begins && meddle.idle() && before.grown == after.grown && before.shrunk == after.shrunk)
        w.require(pass.at.finished() == (buckets >= after.capacity / bucket_slots<E>),
                  "it did not look at as many buckets as it was to");
    if (pass.at.finished())
        for (const auto &[key, value] : pass.due)
            w.require(w.here().value(key) != value, "key " + std::to_string(key) + " is left");
}

template <class E>
void drain(world<E> &w) {
    meddling<E> meddle(w, 0);
    changes during; // by meddling
    std::size_t drained = 0;
    std::size_t said = 0;
    if (!w.returns([&] {
            said = w.map().drain([&](const auto &key, const auto &...value) {
                const unsigned n = E::number(key);
                {
                    const quiet now;
                    w.require_same(value_of<E>(value...), w.here().value(n));
                    w.require(!w.map().contains(E::key(n)), "it is still there");
                    w.here().becomes(n, std::nullopt);
                    ++drained;
                }
                faults::point();
                const quiet now;
                w.here().noting = &during;
                meddle.called(n);
                w.here().noting = nullptr;
            });
        }))
        return;
    w.require(said == drained, "not as many as it says");
    for (const auto &[key, value] : w.here().oracle)
        w.require(during.put.count({key, value}) != 0, "key " + std::to_string(key) + " is left");
}

} // namespace ferry::fuzz
