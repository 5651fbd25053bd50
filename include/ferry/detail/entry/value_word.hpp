// SPDX-License-Identifier: BSL-1.0
#pragma once

// The word that holds a node's value state.
//
//   | address (56) | state (8) |
//
//   LIVE_INLINE   the first value, inside the node. That place is used once
//   LIVE_BOX      a value in a box at `address`
//   LIVE_SPARE    a value inside another node at `address`, which was never linked: an insert
//                 had made it when it found the key revived or to be revived by itself
//   DEAD          the key is absent; an insert revives it in place
//   DROPPED       final: whoever finds the node ignores it. `address` is the garbage link
//   CLAIMED       final, in the map's destruction alone: the node is on the list of what is
//                 freed; `address` is that list's link
//
//   V1  The state changes only along the edges of may_become.

#include "ferry/detail/platform/abi.hpp"

#include <cstdint>

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

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
        : bits_((address << 8) | static_cast<std::uint8_t>(state)) {}

    static constexpr value_word live_inline() noexcept { return {value_state::live_inline, 0}; }
    static constexpr value_word dead() noexcept { return {value_state::dead, 0}; }
    static constexpr value_word dropped() noexcept { return {value_state::dropped, 0}; }

    constexpr value_state state() const noexcept {
        return static_cast<value_state>(static_cast<std::uint8_t>(bits_));
    }
    constexpr std::uint64_t address() const noexcept { return bits_ >> 8; }
    constexpr std::uint64_t bits() const noexcept { return bits_; }

    constexpr bool is_live() const noexcept {
        static_assert(static_cast<int>(value_state::live_inline) == 1 &&
                      static_cast<int>(value_state::live_box) == 2 &&
                      static_cast<int>(value_state::live_spare) == 3);
        return static_cast<std::uint8_t>(bits_ - 1) < 3;
    }
    constexpr bool is_dead() const noexcept { return state() == value_state::dead; }
    constexpr bool is_dropped() const noexcept { return state() == value_state::dropped; }

    /// Whether a value outside the node, in memory of its own, is the live one.
    constexpr bool is_outside() const noexcept {
        return state() == value_state::live_box || state() == value_state::live_spare;
    }

    /// The legal transitions (V1): LIVE(v) → LIVE(v'), LIVE → DEAD, DEAD → LIVE, DEAD → DROPPED.
    /// LIVE_INLINE is entered again, from DEAD, only where values are all alike: in a set.
    static constexpr bool may_become(value_word from, value_word to) noexcept {
        if (from.is_live()) {
            return to.is_outside() || to.is_dead();
        }
        return from.is_dead() && (to.is_live() || to.is_dropped());
    }

    friend constexpr bool operator==(value_word, value_word) noexcept = default;

private:
    std::uint64_t bits_ = 0;
};

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
