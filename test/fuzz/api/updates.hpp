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

template <class E>
void update(world<E> &w) {
    const auto k = w.key();
    decision<E> decide(w, k.number);
    unsigned n = 0;
    bool said = false;
    if (!w.returns([&] {
            said = w.map().update(k.wanted(), [&](const auto &old) {
                decide.sees(E::number(old));
                const quiet now;
                return E::value(n = w.fresh());
            });
        }))
        return;
    w.require(said ? decide.calls() != 0 : decide.may_be_absent(), "the wrong answer");
    if (said) {
        decide.settled();
        w.here().becomes(k.number, n);
    }
}

template <class E>
void upsert(world<E> &w) {
    const auto k = w.key();
    const unsigned first = w.fresh();
    const auto value = E::value(first);
    decision<E> decide(w, k.number);
    unsigned n = 0;
    bool said = false;
    if (!w.returns([&] {
            said = w.map().upsert(
                k.wanted(),
                [&](const auto &old) {
                    decide.sees(E::number(old));
                    const quiet now;
                    return E::value(n = w.fresh());
                },
                value);
        }))
        return;
    w.require(said == !w.here().value(k.number).has_value(), "the wrong answer");
    if (!said)
        decide.settled();
    w.here().becomes(k.number, said ? first : n);
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

// The answers a compute function gives, one after the other: 0 a value, 1 keep, 2 erase.
template <class E, class Answer>
void compute_with(world<E> &w) {
    using value_type = typename E::mapped_type;
    const auto k = w.key();
    const unsigned answers = w.in.take();
    decision<E> decide(w, k.number);
    unsigned n = 0;
    unsigned answer = 0;
    const auto f = [&](const value_type *old) -> Answer {
        decide.sees(old != nullptr ? std::optional(E::number(*old)) : std::nullopt);
        const quiet now;
        // Others for the second call than for the first.
        const unsigned turn = decide.calls() == 1 ? answers & 15 : answers >> 4;
        if constexpr (std::is_same_v<Answer, keep_t>) {
            answer = 1;
            return keep;
        } else if constexpr (std::is_same_v<Answer, erase_t>) {
            answer = 2;
            return ferry::erase;
        } else if constexpr (std::is_same_v<Answer, compute_decision<value_type>>) {
            answer = turn % 3;
            if (answer == 1)
                return keep;
            if (answer == 2)
                return ferry::erase;
            return Answer(E::value(n = w.fresh()));
        } else if constexpr (std::is_same_v<Answer, std::optional<value_type>>) {
            answer = turn % 2 * 2;
            return answer == 0 ? Answer(E::value(n = w.fresh())) : std::nullopt;
        } else {
            return E::value(n = w.fresh());
        }
    };
    compute_result said{};
    if (!w.returns([&] { said = w.map().compute(k.wanted(), f); }))
        return;
    w.require(decide.calls() != 0, "it was not called");
    const bool there = decide.seen().has_value();
    const auto right = answer == 0 ? there ? compute_result::updated : compute_result::inserted
                       : answer == 2 && there ? compute_result::erased
                                              : compute_result::unchanged;
    w.require(said == right, "the wrong answer");
    if (right != compute_result::unchanged) {
        decide.settled();
        w.here().becomes(k.number, answer == 0 ? std::optional(n) : std::nullopt);
    }
}

template <class E>
void compute(world<E> &w) {
    using value_type = typename E::mapped_type;
    switch (w.in.below(6)) {
    case 0:
        return compute_with<E, value_type>(w);
    case 1:
        return compute_with<E, keep_t>(w);
    case 2:
        return compute_with<E, erase_t>(w);
    case 3:
        return compute_with<E, std::optional<value_type>>(w);
    default:
        return compute_with<E, compute_decision<value_type>>(w);
    }
}

} // namespace ferry::fuzz
