// SPDX-License-Identifier: BSL-1.0
#pragma once

// Looking at all of the map.

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

template <class E, class Guard>
void items_under(world<E> &w, const Guard &here) {
    meddling<E> meddle(w, 0);
    sweep<E> all(w);
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
void items(world<E> &w) {
    items_under(w, w.map().pin());
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

// From a random place on. What it shows first and how much differs from run to run, so what happens
// meanwhile must not depend on that.
template <class E>
void sample(world<E> &w) {
    meddling<E> meddle(w, w.key_number());
    const unsigned most = w.in.take() % 40;
    const std::size_t there = w.here().oracle.size();
    const std::size_t homes = w.map().capacity() / bucket_slots<E>;
    sweep<E> all(w);
    unsigned calls = 0;
    std::size_t said = 0;
    if (!w.returns([&] {
            said = w.map().sample(most, [&](const auto &key, const auto &...value) {
                if (calls++ == 0)
                    faults::point();
                const quiet now;
                w.require(calls <= most, "it shows more than it was asked for");
                all.sees(E::number(key), value_of<E>(value...));
                while (calls == 1 && meddle.calls() != 8)
                    meddle.called();
            });
        }))
        return;
    w.require(said == calls, "not as many as it says");
    w.require(calls != 0 || there == 0 || most == 0, "it found nothing");
    w.require(!meddle.idle() || homes > most + 16 || calls == std::min<std::size_t>(most, there),
              "it looked at too few buckets");
}

} // namespace ferry::fuzz
