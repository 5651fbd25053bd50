// SPDX-License-Identifier: BSL-1.0
#pragma once

// Functions that may put a key, change it or erase it.

#include "updates.hpp"

namespace ferry::fuzz {

// The answers a compute function gives, one after the other: 0 a value, 1 keep, 2 erase. `Gets`: as
// compute_and_get.
template <class E, bool Gets, class Answer>
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
    std::optional<unsigned> got;
    if (!w.returns([&] {
            if constexpr (!Gets)
                said = w.map().compute(k.wanted(), f);
            else if (const auto copy = w.map().compute_and_get(k.wanted(), f))
                got = E::number(*copy);
        }))
        return;
    w.require(decide.calls() != 0, "it was not called");
    const bool there = decide.seen().has_value();
    const auto right = answer == 0 ? there ? compute_result::updated : compute_result::inserted
                       : answer == 2 && there ? compute_result::erased
                                              : compute_result::unchanged;
    const auto after = answer == 0 ? std::optional(n) : answer == 1 ? decide.seen() : std::nullopt;
    if constexpr (Gets)
        w.require_same(got, after);
    else
        w.require(said == right, "the wrong answer");
    if (right != compute_result::unchanged) {
        decide.settled();
        w.here().becomes(k.number, after);
    }
}

template <class E, bool Gets>
void compute_any(world<E> &w) {
    using value_type = typename E::mapped_type;
    switch (w.in.below(6)) {
    case 0:
        return compute_with<E, Gets, value_type>(w);
    case 1:
        return compute_with<E, Gets, keep_t>(w);
    case 2:
        return compute_with<E, Gets, erase_t>(w);
    case 3:
        return compute_with<E, Gets, std::optional<value_type>>(w);
    default:
        return compute_with<E, Gets, compute_decision<value_type>>(w);
    }
}

template <class E>
void compute(world<E> &w) {
    compute_any<E, false>(w);
}
template <class E>
void compute_and_get(world<E> &w) {
    compute_any<E, true>(w);
}

} // namespace ferry::fuzz
