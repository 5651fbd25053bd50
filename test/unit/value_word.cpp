// SPDX-License-Identifier: BSL-1.0

// The word of a node's value state, checked at compile time for every state.

#include <cstdint>
#include <initializer_list>

#include <doctest/doctest.h>
#include <ferry/detail/node/value_word.hpp>

namespace unit_value_word {

using ferry::engine::vacancy;
using ferry::engine::value_state;
using ferry::engine::value_word;

namespace {

constexpr value_state states[] = {value_state::live_inline, value_state::live_box,
                                  value_state::live_spare,  value_state::dead,
                                  value_state::dropped,     value_state::claimed};

// Rows: from; columns: to; in the order of `states`.
constexpr bool legal[6][6] = {{false, true, true, true, false, false},     // live_inline
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
            value_word(word.bits()) != word || word.is_boxed() != boxed ||
            word.is_live() != (boxed || state == value_state::live_inline) ||
            word.is_dead() != (state == value_state::dead) ||
            word.is_dropped() != (state == value_state::dropped))
            return false;
    }
    return true;
}

constexpr std::uint64_t addresses[] = {0, 8, std::uint64_t{1} << 47, highest_address};

// Every vacancy, with every state and the addresses at the ends.
constexpr bool vacancies_leave_the_rest_alone() {
    for (const value_state state : states) {
        for (const std::uint64_t address : addresses) {
            const value_word bare(state, address);
            if (bare.vacancy().is_some())
                return false;
            for (unsigned bits = 0; bits < 256; ++bits) {
                const vacancy place{static_cast<std::uint8_t>(bits)};
                const value_word word = bare.with(place);
                if (word.vacancy() != place || word.state() != state || word.address() != address ||
                    value_word(word.bits()) != word || (word == bare) != (bits == 0) ||
                    word.is_live() != bare.is_live() || word.is_dead() != bare.is_dead() ||
                    word.is_dropped() != bare.is_dropped() || word.is_boxed() != bare.is_boxed() ||
                    word.owns_box() != (address != 0) || word.with(vacancy{}) != bare ||
                    word.with(vacancy{0xff}).vacancy() != vacancy{0xff})
                    return false;
            }
        }
    }
    return true;
}

constexpr bool values_are_the_same_but_for_the_vacancy() {
    for (const value_state one : states) {
        for (const std::uint64_t address : addresses) {
            const value_word word = value_word(one, address).with(vacancy{0x85});
            for (const value_state other : states) {
                for (const std::uint64_t elsewhere : addresses) {
                    const bool same = one == other && address == elsewhere;
                    for (const unsigned bits : {0u, 0x80u, 0x85u, 0xffu}) {
                        const value_word seen = value_word(other, elsewhere)
                                                    .with(vacancy{static_cast<std::uint8_t>(bits)});
                        if (word.same_value(seen) != same || seen.same_value(word) != same)
                            return false;
                    }
                }
            }
        }
    }
    return true;
}

// A vacancy in `from` says that nobody holds the place inside: only its holder may enter
// LIVE_INLINE.
constexpr bool vacancies_close_the_way_to_the_place_inside() {
    for (unsigned from = 0; from < 6; ++from) {
        for (unsigned to = 0; to < 6; ++to) {
            for (const unsigned bits : {0u, 0x80u, 0xffu}) {
                const vacancy place{static_cast<std::uint8_t>(bits)};
                const bool open =
                    legal[from][to] && (states[to] != value_state::live_inline || bits == 0);
                if (value_word::may_become(value_word(states[from], 8).with(place),
                                           value_word(states[to], 0)) != open ||
                    value_word::may_become(value_word(states[from], 8),
                                           value_word(states[to], 0).with(place)) !=
                        legal[from][to])
                    return false;
            }
        }
    }
    return true;
}

constexpr bool a_box_is_taken_and_given_back_without_another_change() {
    const value_word free = value_word(value_state::live_inline, 8).with(vacancy{0x85});
    const value_word held = free.with(vacancy{});
    return value_word::may_become(free, held) && value_word::may_become(held, free) &&
           !value_word::may_become(held, value_word(value_state::live_inline, 16));
}

} // namespace

TEST_CASE("a value's state changes only along the edges of the table") {
    static_assert(transitions_are_those_of_the_table());
}

TEST_CASE("a value word gives back its state and its address") {
    static_assert(questions_agree_with_the_state());
    static_assert(value_word::live_inline().is_live() && !value_word::live_inline().is_boxed());
    static_assert(value_word::dead().is_dead() && value_word::dropped().is_dropped());
}

TEST_CASE("the word without bits is no state") {
    static_assert(!value_word().is_live() && !value_word().is_dead() && !value_word().is_dropped());
}

TEST_CASE("a vacancy changes neither the state nor the address it stands beside") {
    static_assert(vacancies_leave_the_rest_alone());
}

TEST_CASE("two words are of the same value when only their vacancies differ") {
    static_assert(values_are_the_same_but_for_the_vacancy());
}

TEST_CASE("a vacancy makes no transition legal and none illegal") {
    static_assert(vacancies_close_the_way_to_the_place_inside() &&
                  a_box_is_taken_and_given_back_without_another_change());
}

TEST_CASE("memory outside belongs to a word with an address, whichever place is live") {
    static_assert(!value_word::live_inline().owns_box());
    static_assert(value_word(value_state::live_inline, 8).owns_box());
    static_assert(!value_word(value_state::live_inline, 8).is_boxed());
    static_assert(!value_word::dead().with(vacancy::since(5)).owns_box());
}

} // namespace unit_value_word
