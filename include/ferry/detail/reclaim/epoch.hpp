// SPDX-License-Identifier: BSL-1.0
#pragma once

// Epoch values, counted modulo 2^epoch_bits and compared by distance.
//
//   E1  Once a thread's pin can be seen, at most one more advance succeeds before the thread
//       unpins. Either the scan of that advance had passed the record already, or the pin is at the
//       epoch that the advance starts from (D1).
//   E2  An object that was retired under label e may be reclaimed once the epoch is
//       e + grace_epochs.

#include "ferry/detail/platform/tuning.hpp"

FERRY_DETAIL_BEGIN

using epoch_value = std::uint64_t;

inline constexpr epoch_value epoch_mask = (epoch_value{1} << epoch_bits) - 1;

/// Epochs between retiring and reclaiming. Two suffice if the thread that unlinks also advances. If
/// one thread unlinks and another advances, the asymmetric barrier needs a third.
inline constexpr unsigned grace_epochs = 3;

/// Garbage lists of a stripe, one for each label modulo this number. A drainer that reads epoch E
/// takes labels up to E - grace_epochs, while other threads push under labels up to E + 1. So at
/// least grace_epochs + 2 lists are needed. A power of two that divides the number of epochs lets a
/// mask choose the list of a label.
inline constexpr unsigned epoch_lists = 8;
static_assert(epoch_lists >= grace_epochs + 2 && (epoch_mask + 1) % epoch_lists == 0);

constexpr epoch_value epoch_after(epoch_value epoch, std::uint64_t steps) noexcept {
    return (epoch + steps) & epoch_mask;
}

constexpr epoch_value epoch_before(epoch_value epoch, std::uint64_t steps) noexcept {
    return (epoch - steps) & epoch_mask;
}

/// How far `later` is ahead of `earlier`.
constexpr std::uint64_t epoch_distance(epoch_value later, epoch_value earlier) noexcept {
    return (later - earlier) & epoch_mask;
}

/// A thread's pin as one word. 0: not pinned.
constexpr std::uint64_t pin_word(epoch_value epoch) noexcept { return (epoch << 1) | 1; }

constexpr epoch_value pinned_epoch(std::uint64_t word) noexcept { return word >> 1; }

FERRY_DETAIL_END
