// SPDX-License-Identifier: BSL-1.0
#pragma once

// Functions that decide from what is there what is to be. What they saw and answered in their last
// call is what was found and done, whatever happened to the key meanwhile.

#include "meddling.hpp"

namespace ferry::fuzz {

// One call of such a function after the other.
template <class E>
class decision {
public:
    decision(world<E> &in, unsigned key) : world_(in), key_(key), meddle_(in, key) {}

    // It is called with this value.
    void sees(std::optional<unsigned> value) {
        faults::point();
        const quiet now;
        world_.require_same(value, world_.here().value(key_));
        seen_ = value;
        meddle_.called();
        world_.require(meddle_.calls() <= 16, "it is called again and again");
    }

    // The operation has returned, and changed what is there: what the last call saw. (What leaves
    // it as it is took effect when the function was called.)
    void settled() const {
        world_.require(meddle_.calls() != 0, "it was not called");
        world_.require_same(seen_, world_.here().value(key_));
    }

    // It says that the key was absent: so it is, or was for a moment.
    bool may_be_absent() const { return !world_.here().value(key_) || meddle_.removes(); }

    unsigned calls() const { return meddle_.calls(); }
    std::optional<unsigned> seen() const { return seen_; }

private:
    world<E> &world_;
    unsigned key_;
    meddling<E> meddle_;
    std::optional<unsigned> seen_;
};

// The function of an update. It gives a value, or, if its Answer can be nothing, perhaps declines.
template <class E, class Answer>
class replacement {
public:
    replacement(world<E> &in, unsigned key)
        : world_(in), decide_(in, key), declines_(may_decline ? in.in.take() : 0) {}

    Answer operator()(const typename E::mapped_type &old) {
        decide_.sees(E::number(old));
        const quiet now;
        if constexpr (may_decline) {
            // Another answer to the second call than to the first, perhaps.
            declined_ = (declines_ >> std::min(decide_.calls() - 1, 1u)) % 2 != 0;
            if (declined_)
                return std::nullopt;
        }
        return E::value(given_ = world_.fresh());
    }

    // Of its last call.
    bool declined() const { return declined_; }
    unsigned given() const { return given_; }
    const decision<E> &decided() const { return decide_; }

private:
    static constexpr bool may_decline = !std::is_same_v<Answer, typename E::mapped_type>;

    world<E> &world_;
    decision<E> decide_;
    unsigned declines_; // bit 0: the first call, bit 1: later ones
    bool declined_ = false;
    unsigned given_ = 0;
};

template <class E, class Answer>
void update_with(world<E> &w) {
    const auto k = w.key();
    replacement<E, Answer> f(w, k.number);
    bool said = false;
    if (!w.returns([&] { said = w.map().update(k.wanted(), f); }))
        return;
    w.require(said ? f.decided().calls() != 0 && !f.declined()
                   : f.declined() || f.decided().may_be_absent(),
              "the wrong answer");
    if (said) {
        f.decided().settled();
        w.here().becomes(k.number, f.given());
    }
}

template <class E, class Answer>
void update_and_get_with(world<E> &w) {
    const auto k = w.key();
    replacement<E, Answer> f(w, k.number);
    std::optional<unsigned> got;
    if (!w.returns([&] {
            if (const auto copy = w.map().update_and_get(k.wanted(), f))
                got = E::number(*copy);
        }))
        return;
    if (f.declined())
        return w.require_same(got, f.decided().seen());
    if (!got)
        return w.require(f.decided().may_be_absent(), "the wrong answer");
    f.decided().settled();
    w.require_same(got, f.given());
    w.here().becomes(k.number, f.given());
}

// It says whether it inserted.
template <class E, class Answer>
void upserted(world<E> &w, unsigned key, unsigned first, bool said,
              const replacement<E, Answer> &f) {
    if (f.declined())
        return w.require(!said, "it inserted, though it was declined");
    w.require(said == !w.here().value(key).has_value(), "the wrong answer");
    if (!said)
        f.decided().settled();
    w.here().becomes(key, said ? first : f.given());
}

template <class E, class Answer>
void upsert_with(world<E> &w) {
    const auto k = w.key();
    const unsigned first = w.fresh();
    const auto value = E::value(first);
    replacement<E, Answer> f(w, k.number);
    bool said = false;
    if (w.returns([&] { said = w.map().upsert(k.wanted(), f, value); }))
        upserted(w, k.number, first, said, f);
}

template <class E, class Answer>
void upsert_and_get_with(world<E> &w) {
    const auto k = w.key();
    const unsigned first = w.fresh();
    const auto value = E::value(first);
    replacement<E, Answer> f(w, k.number);
    unsigned got = 0;
    const bool returned = w.returns([&] {
        const auto copy = w.map().upsert_and_get(k.wanted(), f, value);
        got = E::number(copy);
    });
    if (!returned) {
        // Moving the copy may have thrown, when all was done.
        const auto there = w.look(k.number);
        if (there == first || (there == f.given() && f.decided().calls() != 0))
            w.here().becomes(k.number, there);
        return;
    }
    if (f.declined())
        w.require_same(got, f.decided().seen());
    else
        w.require(got == first || (got == f.given() && f.decided().calls() != 0),
                  "it gave another value");
    upserted(w, k.number, first, got == first, f);
}

// The function may return a value, or nothing.
template <class E>
void update(world<E> &w) {
    update_with<E, typename E::mapped_type>(w);
}
template <class E>
void update_or_decline(world<E> &w) {
    update_with<E, std::optional<typename E::mapped_type>>(w);
}
template <class E>
void update_and_get(world<E> &w) {
    if (w.in.below(2) == 0)
        update_and_get_with<E, typename E::mapped_type>(w);
    else
        update_and_get_with<E, std::optional<typename E::mapped_type>>(w);
}
template <class E>
void upsert(world<E> &w) {
    upsert_with<E, typename E::mapped_type>(w);
}
template <class E>
void upsert_or_decline(world<E> &w) {
    upsert_with<E, std::optional<typename E::mapped_type>>(w);
}
template <class E>
void upsert_and_get(world<E> &w) {
    if (w.in.below(2) == 0)
        upsert_and_get_with<E, typename E::mapped_type>(w);
    else
        upsert_and_get_with<E, std::optional<typename E::mapped_type>>(w);
}

template <class E>
void erase_if(world<E> &w) {
    const auto k = w.key();
    const bool agrees = w.in.below(4) != 0;
    decision<E> decide(w, k.number);
    bool said = false;
    if (!w.returns([&] {
            said = w.map().erase_if(k.wanted(), [&](const auto &old) {
                decide.sees(E::number(old));
                return agrees;
            });
        }))
        return;
    w.require(said ? agrees : !agrees || decide.may_be_absent(), "the wrong answer");
    if (said) {
        decide.settled();
        w.here().becomes(k.number, std::nullopt);
    }
}

} // namespace ferry::fuzz
