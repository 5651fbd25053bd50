// SPDX-License-Identifier: BSL-1.0
#pragma once

// The word that holds a node's value state.
//
//   | address (48) | vacancy (8) | state (8) |
//
//   LIVE_INLINE   the value is in the place inside the node; `address`: the node's box, or 0
//   LIVE_BOX      the value is in the node's box, at `address`
//   LIVE_SPARE    the value is inside another node, at `address`, that was never linked: an
//                 insertion had built it before it found this node, which has the same key
//   DEAD          the key is absent; an insertion revives it in this node
//   DROPPED       final: a thread that finds the node ignores it. The upper 56 bits are the
//                 garbage link
//   CLAIMED       final, only while the map is destroyed: the node is on the list of nodes to
//                 free; `address` is that list's link
//
//   V1  The state changes only along the edges of may_become.
//   V2  The vacancy is the epoch since which the free place is free: the box in LIVE_INLINE,
//       otherwise the place inside. It is none if there is no free place, if an operation holds
//       that place (node/place_hold.hpp), and always if values cannot be copied like memory. In
//       that last case LIVE_INLINE has no box and is never entered again.

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
    /// This word with another vacancy.
    constexpr value_word with(engine::vacancy since) const noexcept {
        constexpr std::uint64_t field = std::uint64_t{0xff} << vacancy_shift;
        return value_word{(bits_ & ~field) | std::uint64_t{since.bits()} << vacancy_shift};
    }
    constexpr std::uint64_t bits() const noexcept { return bits_; }

    /// Whether the node owns memory outside itself: that of the live value, or a free box.
    constexpr bool owns_box() const noexcept { return address() != 0; }

    /// Whether the words stand for the same value: only their vacancies may differ.
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

    /// Whether the live value is outside the node.
    constexpr bool is_boxed() const noexcept {
        return state() == value_state::live_box || state() == value_state::live_spare;
    }

    /// The legal transitions (V1): LIVE(v) → LIVE(v'), LIVE → DEAD, DEAD → LIVE, DEAD → DROPPED,
    /// and LIVE and DEAD to the same with another vacancy. Only the operation that holds the place
    /// inside enters LIVE_INLINE; in a set, whose values are all alike, any operation may enter it
    /// from DEAD.
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
