// SPDX-License-Identifier: BSL-1.0
#pragma once

// Since when that place of a node is free in which its live value is not, in eight bits of the
// value word (node/place_hold.hpp):
//
//   | some (1) | epoch (7) |      0: no value may be put there
//
//   Y1  The epoch was loaded by a thread that was pinned before, and unlinked the value after. So
//       the label of a retirement would be this epoch or the next, and who is pinned and sees the
//       epoch grace_epochs + 1 ahead knows that nobody can hold a reference to that value.
//   Y2  Seven bits tell an epoch up to 128; a place that was left longer ago may seem to have been
//       left just now, never the other way round: the epoch that is seen is not an older one,
//       because the word was read before.

#include "ferry/detail/reclaim/epoch.hpp"

#include <cstdint>

FERRY_ENGINE_BEGIN

class vacancy {
public:
    /// None: there is no such place, or an operation is about to put a value there.
    constexpr vacancy() = default;
    constexpr explicit vacancy(std::uint8_t bits) noexcept : bits_(bits) {}

    static constexpr vacancy since(detail::epoch_value epoch) noexcept {
        return vacancy{static_cast<std::uint8_t>(some | (epoch & known))};
    }

    constexpr bool is_some() const noexcept { return bits_ != 0; }

    /// Whether the grace period is over for who is pinned, read the word this is from, and then
    /// the epoch `now`.
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
