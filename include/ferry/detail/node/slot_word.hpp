// SPDX-License-Identifier: BSL-1.0
#pragma once

// The word in a slot.
//
//    63        48 47                                   0
//   |  tag (16)  |            node address             |   LINK
//
//   EMPTY  = 0   free. Set by the table's allocation; whoever finds it may link or seal it
//   SEALED = 1   was EMPTY, closed for ever by a migration: what belongs here is in `next`
//   TOMBSTONE    = 2   its node was dropped
//   LINK         anything else: a node, and 16 bits of its key's hash that do not index
//
//   S1  A slot changes only along the edges of may_become. It never becomes EMPTY again and
//       never links another node: this is what all arguments about paths rest on.

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

    /// The bits of a hash that a slot keeps; the table is indexed by the other end.
    static constexpr std::uint64_t tag_of(std::uint64_t hash) noexcept { return hash & 0xffff; }

    /// Whether an address can stand in a slot and in a value word: not 0, aligned to 8, of 48 bits.
    static constexpr bool fits(std::uint64_t address) noexcept {
        // With its lowest bits above all others an address that is not aligned is too large.
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
