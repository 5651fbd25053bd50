// SPDX-License-Identifier: BSL-1.0
#pragma once

// Operations on all of the map.

#include "meddling.hpp"

namespace ferry::fuzz {

// One look at everything: what is there throughout is seen once, what never was is never seen.
template <class E>
class sweep {
public:
    explicit sweep(world<E> &in) : world_(in), before_(in.here().oracle) {
        for (const auto &[key, value] : before_)
            during_.put.emplace(key, value);
        in.here().noting = &during_;
    }
    ~sweep() { world_.here().noting = nullptr; }
    sweep(const sweep &) = delete;
    sweep &operator=(const sweep &) = delete;

    void sees(unsigned key, unsigned value) {
        const quiet now;
        world_.require(during_.put.count({key, value}) != 0,
                       "key " + std::to_string(key) + " never was " + std::to_string(value));
        const unsigned times = ++seen_[key];
        world_.require(times == 1 || (times < 6 && during_.keys.count(key) != 0),
                       "key " + std::to_string(key) + " is seen twice");
    }

    void saw_everything() const {
        for (const auto &[key, value] : before_)
            world_.require(seen_.count(key) != 0 || during_.keys.count(key) != 0,
                           "key " + std::to_string(key) + " is not seen");
    }

    std::size_t seen() const { return seen_.size(); }

private:
    world<E> &world_;
    std::unordered_map<unsigned, unsigned> before_;
    changes during_;
    std::unordered_map<unsigned, unsigned> seen_;
};

template <class E>
void for_each(world<E> &w) {
    meddling<E> meddle(w, 0);
    const unsigned parts = w.in.below(5);
    sweep<E> all(w);
    const auto f = [&](const auto &key, const auto &...value) {
        faults::point();
        const quiet now;
        all.sees(E::number(key), value_of<E>(value...));
        meddle.called(E::number(key));
    };
    if (w.returns([&] {
            if (parts == 0)
                w.map().for_each(f);
            for (unsigned part = 0; part != parts; ++part)
                w.map().for_each(part, parts, f);
        }))
        all.saw_everything();
}

template <class E>
void for_each_while(world<E> &w) {
    meddling<E> meddle(w, 0);
    const unsigned most = w.in.take();
    sweep<E> all(w);
    unsigned calls = 0;
    bool said = false;
    if (!w.returns([&] {
            said = w.map().for_each_while([&](const auto &key, const auto &...value) {
                faults::point();
                const quiet now;
                w.require(calls <= most, "it goes on after it was stopped");
                ++calls;
                all.sees(E::number(key), value_of<E>(value...));
                meddle.called(E::number(key));
                return calls <= most;
            });
        }))
        return;
    w.require(said == (calls <= most), "the wrong answer");
    if (said)
        all.saw_everything();
}

template <class E>
void items(world<E> &w) {
    meddling<E> meddle(w, 0);
    sweep<E> all(w);
    const guard here = w.map().pin();
    if (w.returns([&] {
            for (auto &&each : w.map().items(here)) {
                const quiet now;
                unsigned key = 0;
                if constexpr (is_set<E>) {
                    key = E::number(each);
                    all.sees(key, 0);
                } else {
                    key = E::number(each.key);
                    all.sees(key, E::number(each.value));
                }
                meddle.called(key);
            }
        }))
        all.saw_everything();
}

template <class E>
void snapshot(world<E> &w) {
    sweep<E> all(w);
    if (w.returns([&] {
            const auto copies = w.map().snapshot();
            const quiet now;
            for (const auto &each : copies)
                if constexpr (is_set<E>)
                    all.sees(E::number(each), 0);
                else
                    all.sees(E::number(each.first), E::number(each.second));
        }))
        all.saw_everything();
}

template <class E>
void clear(world<E> &w) {
    if (w.returns([&] { w.map().clear(); }))
        w.here().becomes_empty();
    else
        w.require(false, "it threw");
}

// Which elements go depends on the key, so that a second call for one answers the same.
template <class E>
void erase_all_if(world<E> &w) {
    meddling<E> meddle(w, 0);
    const unsigned which = w.in.take();
    std::optional<unsigned> agreed;
    std::size_t erased = 0;
    // What it has agreed to is gone when it is called again. If the key went and came meanwhile it
    // is asked again; but a set may take it for the same, and so it is, and a flat map asks again
    // only if its cell was moved.
    bool perhaps = false;
    const auto settle = [&] {
        const quiet now;
        if (agreed && w.here().value(*agreed) && !(perhaps && w.map().contains(E::key(*agreed)))) {
            w.here().becomes(*agreed, std::nullopt);
            ++erased;
        }
        agreed.reset();
    };
    std::size_t said = 0;
    const bool returned = w.returns([&] {
        said = w.map().erase_if([&](const auto &key, const auto &...value) {
            faults::point();
            const quiet now;
            settle();
            const unsigned n = E::number(key);
            w.require_same(value_of<E>(value...), w.here().value(n));
            changes during;
            w.here().noting = &during;
            meddle.called(n);
            w.here().noting = nullptr;
            const bool agrees = (n ^ which) % 4 != 0;
            perhaps = during.keys.count(n) != 0;
            if (agrees && (is_set<E> || is_flat<E> || !perhaps))
                agreed = n;
            return agrees;
        });
    });
    settle();
    if (returned) {
        w.require(said == erased, "not as many as it says");
        for (const auto &[key, value] : w.here().oracle)
            w.require((key ^ which) % 4 == 0 || !meddle.idle(),
                      "key " + std::to_string(key) + " is left");
    }
}

} // namespace ferry::fuzz
