// SPDX-License-Identifier: BSL-1.0

// The word of a node's value state, checked at compile time for every state.

#include <cstdint>
#include <initializer_list>

#include <doctest/doctest.h>
#include <ferry/detail/entry/value_word.hpp>

using ferry::engine::value_state;
using ferry::engine::value_word;

namespace {

constexpr value_state states[] = {value_state::live_inline, value_state::live_box,
                                  value_state::live_spare,  value_state::dead,
                                  value_state::dropped,     value_state::claimed};

// Rows: from; columns: to; in the order of `states`.
constexpr bool legal[6][6] = {{true, true, true, true, false, false},      // live_inline
                              {true, true, true, true, false, false},      // live_box
                              {true, true, true, true, false, false},      // live_spare
                              {true, true, true, true, true, false},       // dead
                              {false, false, false, false, false, false},  // dropped
                              {false, false, false, false, false, false}}; // claimed

constexpr std::uint64_t highest_address = (std::uint64_t{1} << 48) - 8;

constexpr bool transitions_are_those_of_the_table() {
    for (unsigned from = 0; from < 6; ++from) {
        for (unsigned to = 0; to < 6; ++to) {
            // Whatever the addresses: LIVE(v) → LIVE(v) is two values at one place in turn.
            for (const std::uint64_t address : {std::uint64_t{0}, highest_address}) {
                if (value_word::may_become(value_word(states[from], address),
                                           value_word(states[to], 8)) != legal[from][to])
                    return false;
            }
        }
    }
    return true;
}

constexpr bool questions_agree_with_the_state() {
    for (const value_state state : states) {
        const value_word word(state, highest_address);
        const bool boxed = state == value_state::live_box || state == value_state::live_spare;
        if (word.state() != state || word.address() != highest_address ||
            value_word(word.bits()) != word || word.is_outside() != boxed ||
            word.is_live() != (boxed || state == value_state::live_inline) ||
            word.is_dead() != (state == value_state::dead) ||
            word.is_dropped() != (state == value_state::dropped))
            return false;
    }
    return true;
}

} // namespace

TEST_CASE("a value's state changes only along the edges of the table") {
    static_assert(transitions_are_those_of_the_table());
}

TEST_CASE("a value word gives back its state and its address") {
    static_assert(questions_agree_with_the_state());
    static_assert(value_word::live_inline().is_live() && !value_word::live_inline().is_outside());
    static_assert(value_word::dead().is_dead() && value_word::dropped().is_dropped());
}

TEST_CASE("the word without bits is no state") {
    static_assert(!value_word().is_live() && !value_word().is_dead() && !value_word().is_dropped());
}
