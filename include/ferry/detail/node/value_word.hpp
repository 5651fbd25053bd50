// SPDX-License-Identifier: BSL-1.0
#pragma once

// The word that holds a node's value state.
//
//   | address (48) | vacancy (8) | state (8) |
//
//   LIVE_INLINE   the value in the place inside the node; `address`: the node's box, or 0
//   LIVE_BOX      the value in the node's box, at `address`
//   LIVE_SPARE    a value inside another node at `address`, which was never linked: an insert
//                 had made it when it found the key revived or to be revived by itself
//   DEAD          the key is absent; an insert revives it in place
//   DROPPED       final: whoever finds the node ignores it. The upper 56 bits are the garbage link
//   CLAIMED       final, in the map's destruction alone: the node is on the list of what is
//                 freed; `address` is that list's link
//
//   V1  The state changes only along the edges of may_become.
//   V2  The vacancy tells since when the place is free in which the live value is not: the box
//       if the state is LIVE_INLINE, else the place inside. It is none where there is no such
//       place, while an operation holds it (node/place_hold.hpp), and always where values cannot
//       be copied like memory: there LIVE_INLINE has no box, and is not entered again.

#include "ferry/detail/node/vacancy.hpp"

#include <cstdint>

FERRY_ENGINE_BEGIN

enum class value_state : std::uint8_t {
    live_inline = 1,
    live_box = 2,
    live_spare = 3,
    dead = 4,
    dropped = 5,
    claimed = 6,
};

class value_word {
public:
    constexpr value_word() = default;
    constexpr explicit value_word(std::uint64_t bits) noexcept : bits_(bits) {}
    constexpr value_word(value_state state, std::uint64_t address) noexcept
        : bits_((address << address_shift) | static_cast<std::uint8_t>(state)) {}

    static constexpr value_word live_inline() noexcept { return {value_state::live_inline, 0}; }
    static constexpr value_word dead() noexcept { return {value_state::dead, 0}; }
    static constexpr value_word dropped() noexcept { return {value_state::dropped, 0}; }

    constexpr value_state state() const noexcept {
        return static_cast<value_state>(static_cast<std::uint8_t>(bits_));
    }
    constexpr std::uint64_t address() const noexcept { return bits_ >> address_shift; }
    constexpr engine::vacancy vacancy() const noexcept {
        return engine::vacancy{static_cast<std::uint8_t>(bits_ >> vacancy_shift)};
    }
    /// The same, but for the vacancy.
    constexpr value_word with(engine::vacancy since) const noexcept {
        constexpr std::uint64_t field = std::uint64_t{0xff} << vacancy_shift;
        return value_word{(bits_ & ~field) | std::uint64_t{since.bits()} << vacancy_shift};
    }
    constexpr std::uint64_t bits() const noexcept { return bits_; }

    /// Whether memory outside the node belongs to it: the live value's, or a free box.
    constexpr bool owns_box() const noexcept { return address() != 0; }

    /// Whether the key's value is the same: only the vacancy may differ.
    constexpr bool same_value(value_word other) const noexcept {
        return with(engine::vacancy{}) == other.with(engine::vacancy{});
    }

    constexpr bool is_live() const noexcept {
        static_assert(static_cast<int>(value_state::live_inline) == 1 &&
                      static_cast<int>(value_state::live_box) == 2 &&
                      static_cast<int>(value_state::live_spare) == 3);
        return static_cast<std::uint8_t>(bits_ - 1) < 3;
    }
    constexpr bool is_dead() const noexcept { return state() == value_state::dead; }
    constexpr bool is_dropped() const noexcept { return state() == value_state::dropped; }

    /// Whether a value outside the node, in memory of its own, is the live one.
    constexpr bool is_boxed() const noexcept {
        return state() == value_state::live_box || state() == value_state::live_spare;
    }

    /// The legal transitions (V1): LIVE(v) → LIVE(v'), LIVE → DEAD, DEAD → LIVE, DEAD → DROPPED,
    /// and LIVE and DEAD to the same with another vacancy. LIVE_INLINE is entered by who holds the
    /// place; in a set, where values are all alike, by anyone from DEAD.
    static constexpr bool may_become(value_word from, value_word to) noexcept {
        if (!from.is_live() && !from.is_dead()) {
            return false;
        }
        if (to.state() == value_state::live_inline) {
            return from.same_value(to) ||
                   (from.state() != value_state::live_inline && !from.vacancy().is_some());
        }
        return to.is_live() || to.is_dead() || (from.is_dead() && to.is_dropped());
    }

    friend constexpr bool operator==(value_word, value_word) noexcept = default;

private:
    static constexpr unsigned vacancy_shift = 8;
    static constexpr unsigned address_shift = 16;

    std::uint64_t bits_ = 0;
};

FERRY_ENGINE_END
