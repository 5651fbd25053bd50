// SPDX-License-Identifier: BSL-1.0

// The word in a slot: everything about it is known at compile time, and is checked there.

#include <cstdint>

#include <doctest/doctest.h>
#include <ferry/detail/node/slot_word.hpp>

namespace unit_slot_word {

using ferry::engine::slot_word;

namespace {

enum kind { empty, sealed, tombstone, link };

struct sample {
    slot_word word;
    kind is;
};

constexpr std::uint64_t highest_address = slot_word::address_mask & ~std::uint64_t{7};

// Of links those at the ends: the lowest and the highest address, no tag bit and all of them, and
// an address without low half.
constexpr sample samples[] = {
    {slot_word::empty(), empty},
    {slot_word::sealed(), sealed},
    {slot_word::tombstone(), tombstone},
    {slot_word::link(8, 0), link},
    {slot_word::link(8, 0xffff), link},
    {slot_word::link(std::uint64_t{1} << 32, 0), link},
    {slot_word::link(std::uint64_t{1} << 32, 1), link},
    {slot_word::link(highest_address, 0), link},
    {slot_word::link(highest_address, 0xffff), link},
};

constexpr bool each_is_of_one_kind() {
    for (const sample &each : samples) {
        if (each.word.is_empty() != (each.is == empty) ||
            each.word.is_sealed() != (each.is == sealed) ||
            each.word.is_tombstone() != (each.is == tombstone) ||
            each.word.is_link() != (each.is == link))
            return false;
    }
    return true;
}

constexpr bool equal_words_are_the_same_sample() {
    for (const sample &a : samples) {
        for (const sample &b : samples) {
            if ((a.word == b.word) != (&a == &b))
                return false;
        }
    }
    return true;
}

// Rows: from; columns: to; in the order of `kind`.
constexpr bool legal[4][4] = {
    {false, true, false, true},
    {false, false, false, false},
    {false, false, false, false},
    {false, false, true, false},
};

constexpr bool transitions_are_those_of_the_table() {
    for (const sample &from : samples) {
        for (const sample &to : samples) {
            if (slot_word::may_become(from.word, to.word) != legal[from.is][to.is])
                return false;
        }
    }
    return true;
}

constexpr bool tags_come_back(std::uint64_t address) {
    for (std::uint64_t tag = 0; tag <= 0xffff; tag += 0xff) {
        // The rest of a hash must not show in the word.
        const slot_word word =
            slot_word::link(address, (tag ^ 0xef01) | std::uint64_t{0xabcdef012345} << 16);
        if (word.tag() != tag || word.address() != address || !word.is_link() ||
            slot_word(word.bits()) != word)
            return false;
    }
    return true;
}

constexpr bool addresses_come_back() {
    for (unsigned bit = 3; bit < slot_word::tag_shift; ++bit) {
        if (!tags_come_back(std::uint64_t{1} << bit))
            return false;
    }
    return tags_come_back(highest_address);
}

} // namespace

TEST_CASE("a slot word is of exactly one kind") {
    static_assert(each_is_of_one_kind());
    static_assert(equal_words_are_the_same_sample());
    static_assert(slot_word() == slot_word::empty());
    static_assert(slot_word::empty().bits() == 0, "zeroed memory has to be free slots");
}

TEST_CASE(
    "a slot word goes from EMPTY to SEALED or LINK, from LINK to TOMBSTONE, and no other way") {
    static_assert(transitions_are_those_of_the_table());
}

TEST_CASE("a link gives back its tag and its address, at the ends of both ranges too") {
    static_assert(addresses_come_back());
    static_assert(slot_word::tag_of(0x5678'0000'0000'1234) == 0x1234);
    static_assert(slot_word::tag_of(0x0000'00ff'0000'1234) == 0x12cb);
}

TEST_CASE("an address fits a slot if it has 48 bits, is aligned to 8 and is not 0") {
    static_assert(!slot_word::fits(0) && !slot_word::fits(1) && !slot_word::fits(2));
    static_assert(slot_word::fits(8) && slot_word::fits(highest_address));
    static_assert(!slot_word::fits(std::uint64_t{1} << slot_word::tag_shift));
    static_assert(!slot_word::fits(~std::uint64_t{7}));
    static_assert(!slot_word::fits(4) && !slot_word::fits(9) && !slot_word::fits(0x7f01'2345'6784));
    static_assert(!slot_word::fits(std::uint64_t{0xb4} << 56 | 0x7f01'2345'6780));
}

} // namespace unit_slot_word
