// SPDX-License-Identifier: BSL-1.0
#pragma once

// The vacancy of a node's free place: eight bits of the value word (node/place_hold.hpp).
//
//   | some (1) | epoch (7) |      0: no value may be put there
//
//   Y1  The epoch e was loaded by a thread that was pinned before, and that unlinked the place's
//       value afterwards. So a retirement of that value would have the label e or e + 1. A pinned
//       thread that sees the epoch e + grace_epochs + 1, or a later one, therefore knows that no
//       thread can hold a reference to the value.
//   Y2  The distance of two epochs is known modulo 128. So a place that was left long ago may seem
//       to have been left recently. The reverse cannot happen: a thread reads the word before it
//       reads the epoch `now`, so `now` is not the older one.

#include "ferry/detail/reclaim/epoch.hpp"

#include <cstdint>

FERRY_ENGINE_BEGIN

class vacancy {
public:
    /// None: there is no free place, or an operation holds it.
    constexpr vacancy() = default;
    constexpr explicit vacancy(std::uint8_t bits) noexcept : bits_(bits) {}

    static constexpr vacancy since(detail::epoch_value epoch) noexcept {
        return vacancy{static_cast<std::uint8_t>(some | (epoch & known))};
    }

    constexpr bool is_some() const noexcept { return bits_ != 0; }

    /// Whether the grace period is over. The caller was pinned, then read the word that has this
    /// vacancy, and then the epoch `now`.
    constexpr bool is_over(detail::epoch_value now) const noexcept {
        return is_some() && ((now - bits_) & known) > detail::grace_epochs;
    }

    constexpr std::uint8_t bits() const noexcept { return bits_; }

    friend constexpr bool operator==(vacancy, vacancy) noexcept = default;

private:
    static constexpr std::uint8_t some = 0x80;
    static constexpr std::uint64_t known = 0x7f & detail::epoch_mask;

    std::uint8_t bits_ = 0;
};

FERRY_ENGINE_END
