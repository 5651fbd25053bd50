// SPDX-License-Identifier: BSL-1.0
#pragma once

// The word in a slot.
//
//    63        48 47                                   0
//   |  tag (16)  |            node address             |   LINK
//
//   EMPTY = 0       free, as in the table's zeroed memory. Any thread may link or seal the slot
//   SEALED = 1      was EMPTY; a migration closed it for good, and its keys go to `next`
//   TOMBSTONE = 2   was a link; the node was dropped
//   LINK            anything else: a node's address, and its tag
//
//   S1  A slot changes only along the edges of may_become. It never becomes EMPTY again and never
//       links another node. All arguments about paths rest on this.

#include "ferry/detail/platform/abi.hpp"

#include <bit>
#include <cstdint>

FERRY_ENGINE_BEGIN

class slot_word {
public:
    static constexpr unsigned tag_shift = 48;
    static constexpr std::uint64_t address_mask = (std::uint64_t{1} << tag_shift) - 1;

    constexpr slot_word() = default;
    constexpr explicit slot_word(std::uint64_t bits) noexcept : bits_(bits) {}

    static constexpr slot_word empty() noexcept { return slot_word{0}; }
    static constexpr slot_word sealed() noexcept { return slot_word{1}; }
    static constexpr slot_word tombstone() noexcept { return slot_word{2}; }
    static constexpr slot_word link(std::uint64_t address, std::uint64_t hash) noexcept {
        return slot_word{(tag_of(hash) << tag_shift) | address};
    }

    /// The tag of a hash: 16 bits of its two halves. Its top bits index the table.
    static constexpr std::uint64_t tag_of(std::uint64_t hash) noexcept {
        return (hash ^ hash >> 32) & 0xffff;
    }

    /// Whether a slot and a value word can hold an address: not 0, aligned to 8, at most 48 bits.
    static constexpr bool fits(std::uint64_t address) noexcept {
        // The rotation moves the lowest three bits to the top: an unaligned address gets too large.
        constexpr std::uint64_t beyond = std::uint64_t{1} << (tag_shift - 3);
        return std::rotr(address, 3) - 1 < beyond - 1;
    }

    constexpr bool is_empty() const noexcept { return bits_ == empty().bits_; }
    constexpr bool is_sealed() const noexcept { return bits_ == sealed().bits_; }
    constexpr bool is_tombstone() const noexcept { return bits_ == tombstone().bits_; }
    constexpr bool is_link() const noexcept { return bits_ > tombstone().bits_; }

    constexpr std::uint64_t tag() const noexcept { return bits_ >> tag_shift; }
    constexpr std::uint64_t address() const noexcept { return bits_ & address_mask; }
    constexpr std::uint64_t bits() const noexcept { return bits_; }

    /// The legal transitions (S1).
    static constexpr bool may_become(slot_word from, slot_word to) noexcept {
        return (from.is_empty() && (to.is_link() || to.is_sealed())) ||
               (from.is_link() && to.is_tombstone());
    }

    friend constexpr bool operator==(slot_word, slot_word) noexcept = default;

private:
    std::uint64_t bits_ = 0;
};

FERRY_ENGINE_END
