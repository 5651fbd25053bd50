// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "ferry/detail/platform/abi.hpp"

FERRY_ENGINE_BEGIN

/// The value of a set's elements.
struct unit {
    friend constexpr bool operator==(unit, unit) noexcept = default;
};

FERRY_ENGINE_END
