// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sizes and addresses in whole units.

#include "ferry/detail/platform/abi.hpp"

#include <cstdint>

FERRY_DETAIL_BEGIN

/// The smallest multiple of `unit` that is not below `bytes`.
constexpr std::uintptr_t rounded_up(std::uintptr_t bytes, std::uintptr_t unit) noexcept {
    return (bytes + unit - 1) / unit * unit;
}

FERRY_DETAIL_END
