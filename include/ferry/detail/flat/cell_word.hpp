// SPDX-License-Identifier: BSL-1.0
#pragma once

// The first word of a cell: its state, and the part of the key's hash that the cell's bucket does
// not determine.
//
//   63     62     61       60     59 …                                        0
//   LIVE | DEAD | FROZEN | OVER | displacement | rest of the hash (shift bits)
//                                 \_____________ body ______________________/
//
//   EMPTY   0                no key has come here yet
//   LIVE    the key is present, with the value in the second word
//   DEAD    the key was erased; the cell still belongs to it
//   SEALED  FROZEN alone: an EMPTY cell that stays empty forever
//
// LIVE and DEAD may also be FROZEN: then neither word changes again, and the key goes on in the
// next table. OVER, in the last cell of a home, means that keys of this home may be in later
// buckets or in a later table.
//
// The displacement is the number of buckets from the key's home to this cell's bucket. A table has
// 2^bits homes and shift = 64 - bits. Home, displacement and rest make up the whole hash, and the
// hash is a bijection, so the word identifies the key. No key is reserved: the state bits take the
// room of the hash bits that the home already determines.
//
//   Caution: a key with rest 0 has body 0 in its home, like EMPTY and SEALED. So compare whole
//   words, with OVER masked off.
//
// This file has no atomics and no memory. It is all constexpr.

#include "ferry/detail/platform/abi.hpp"

#include <cstdint>

FERRY_ENGINE_BEGIN

class cell_word {
public:
    /// Bits for displacement and rest.
    static constexpr unsigned body_bits = 60;

private:
    static constexpr std::uint64_t live_bit = std::uint64_t{1} << 63;
    static constexpr std::uint64_t dead_bit = std::uint64_t{1} << 62;
    static constexpr std::uint64_t frozen_bit = std::uint64_t{1} << 61;
    static constexpr std::uint64_t over_bit = std::uint64_t{1} << 60;
    static constexpr std::uint64_t body_mask = (std::uint64_t{1} << body_bits) - 1;

public:
    constexpr cell_word() noexcept = default;
    constexpr explicit cell_word(std::uint64_t bits) noexcept : bits_(bits) {}

    static constexpr cell_word empty() noexcept { return cell_word{}; }
    static constexpr cell_word sealed() noexcept { return cell_word{frozen_bit}; }
    static constexpr cell_word live(std::uint64_t body) noexcept {
        return cell_word{live_bit | body};
    }
    static constexpr cell_word dead(std::uint64_t body) noexcept {
        return cell_word{dead_bit | body};
    }

    constexpr std::uint64_t bits() const noexcept { return bits_; }
    constexpr std::uint64_t body() const noexcept { return bits_ & body_mask; }

    constexpr bool is_empty() const noexcept { return bits_ == 0; }
    constexpr bool is_sealed() const noexcept { return bits_ == frozen_bit; }
    constexpr bool is_live() const noexcept { return (bits_ & live_bit) != 0; }
    constexpr bool is_dead() const noexcept { return (bits_ & dead_bit) != 0; }
    constexpr bool is_frozen() const noexcept { return (bits_ & frozen_bit) != 0; }
    constexpr bool is_over() const noexcept { return (bits_ & over_bit) != 0; }
    /// Whether a key has the cell.
    constexpr bool has_key() const noexcept { return (bits_ & (live_bit | dead_bit)) != 0; }
    /// Whether the key with this body has the cell.
    constexpr bool is_for(std::uint64_t body_of_key) const noexcept {
        return has_key() && body() == body_of_key;
    }

    /// The same, and the cell may change.
    constexpr bool is_unfrozen_for(std::uint64_t body_of_key) const noexcept {
        return has_key() && (bits_ | other_bits_of_own) == own_mask(body_of_key);
    }

    /// Every word w of the key with this body that is not FROZEN has
    /// (w | other_bits_of_own) == own_mask(body). Of all other words only EMPTY can have that.
    static constexpr std::uint64_t other_bits_of_own = live_bit | dead_bit | over_bit;
    static constexpr std::uint64_t own_mask(std::uint64_t body_of_key) noexcept {
        return other_bits_of_own | body_of_key;
    }

    constexpr cell_word frozen() const noexcept { return cell_word{bits_ | frozen_bit}; }
    constexpr cell_word over() const noexcept { return cell_word{bits_ | over_bit}; }
    constexpr cell_word without_over() const noexcept { return cell_word{bits_ & ~over_bit}; }
    /// The same key, present or absent.
    constexpr cell_word made_live() const noexcept {
        return cell_word{(bits_ & ~dead_bit) | live_bit};
    }
    constexpr cell_word made_dead() const noexcept {
        return cell_word{(bits_ & ~live_bit) | dead_bit};
    }

    /// Whether a cell may change so in one step. Everything else in this engine relies on these
    /// steps alone.
    static constexpr bool may_become(cell_word from, cell_word to) noexcept {
        if (from.is_frozen()) {
            return false; // neither word of a frozen cell changes again
        }
        if (from.is_empty()) {
            return to.is_sealed() || to == live(to.body()); // F0: a key forever
        }
        return to == from.made_live() || to == from.made_dead() || to == from.frozen() ||
               to == from.over();
    }

    friend constexpr bool operator==(cell_word, cell_word) noexcept = default;

private:
    std::uint64_t bits_ = 0;
};

FERRY_ENGINE_END
