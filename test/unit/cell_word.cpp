// SPDX-License-Identifier: BSL-1.0

// The key word of a cell: everything about it is known at compile time, and is checked there.

#include <cstddef>
#include <cstdint>
#include <iterator>

#include <doctest/doctest.h>
#include <ferry/detail/flat/cell_word.hpp>

namespace unit_cell_word {

using ferry::engine::cell_word;

namespace {

constexpr std::uint64_t highest_body = (std::uint64_t{1} << cell_word::body_bits) - 1;

enum kind { empty, sealed, live, dead, live_frozen, dead_frozen, live_over, dead_over, kinds };

constexpr cell_word word_of(kind is, std::uint64_t body) {
    switch (is) {
    case empty:
        return cell_word::empty();
    case sealed:
        return cell_word::sealed();
    case live:
        return cell_word::live(body);
    case dead:
        return cell_word::dead(body);
    case live_frozen:
        return cell_word::live(body).frozen();
    case dead_frozen:
        return cell_word::dead(body).frozen();
    case live_over:
        return cell_word::live(body).over();
    default:
        return cell_word::dead(body).over();
    }
}

// The trap first: the body that EMPTY and SEALED have.
constexpr std::uint64_t bodies[] = {0, 1, highest_body};

constexpr bool words_are_what_they_say() {
    for (const std::uint64_t body : bodies) {
        for (int i = 0; i < kinds; ++i) {
            const auto is = static_cast<kind>(i);
            const cell_word word = word_of(is, body);
            const bool has_key = is != empty && is != sealed;
            if (word.is_empty() != (is == empty) || word.is_sealed() != (is == sealed) ||
                word.has_key() != has_key ||
                word.is_live() != (is == live || is == live_frozen || is == live_over) ||
                word.is_dead() != (is == dead || is == dead_frozen || is == dead_over) ||
                word.is_frozen() != (is == sealed || is == live_frozen || is == dead_frozen) ||
                word.is_over() != (is == live_over || is == dead_over))
                return false;
            if (word.is_for(body) != has_key || word.is_for(body ^ 1) ||
                (has_key && word.body() != body))
                return false;
        }
    }
    return true;
}

constexpr bool other_bodies_are_other_words() {
    for (int i = live; i < kinds; ++i) {
        for (const std::uint64_t a : bodies) {
            for (const std::uint64_t b : bodies) {
                if ((word_of(static_cast<kind>(i), a) == word_of(static_cast<kind>(i), b)) !=
                    (a == b))
                    return false;
            }
        }
    }
    return true;
}

// Rows: from; columns: to; in the order of `kind`.
constexpr bool legal[kinds][kinds] = {
    {false, true, true, false, false, false, false, false},   // EMPTY
    {false, false, false, false, false, false, false, false}, // SEALED
    {false, false, true, true, true, false, true, false},     // LIVE
    {false, false, true, true, false, true, false, true},     // DEAD
    {false, false, false, false, false, false, false, false}, // LIVE FROZEN
    {false, false, false, false, false, false, false, false}, // DEAD FROZEN
    {false, false, false, false, false, false, true, true},   // LIVE OVER
    {false, false, false, false, false, false, true, true},   // DEAD OVER
};

constexpr bool only_legal_steps_are_taken() {
    for (const std::uint64_t body : bodies) {
        for (int from = 0; from < kinds; ++from) {
            for (int to = 0; to < kinds; ++to) {
                const cell_word before = word_of(static_cast<kind>(from), body);
                const cell_word after = word_of(static_cast<kind>(to), body);
                if (cell_word::may_become(before, after) != legal[from][to])
                    return false;
                if (before.has_key() &&
                    cell_word::may_become(before, word_of(static_cast<kind>(to), body ^ 1)))
                    return false; // a cell keeps its key
            }
        }
    }
    return true;
}

} // namespace

TEST_CASE("the key word of a cell") {
    static_assert(words_are_what_they_say());
    static_assert(other_bodies_are_other_words());
    static_assert(only_legal_steps_are_taken());
    static_assert(cell_word::live(5).over().frozen().without_over() == cell_word::live(5).frozen());
    static_assert(cell_word::live(5).over().made_dead() == cell_word::dead(5).over());
    static_assert(cell_word::dead(5).over().made_live() == cell_word::live(5).over());
}

} // namespace unit_cell_word
