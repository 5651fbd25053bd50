// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "ferry/detail/platform/abi.hpp"

FERRY_ENGINE_BEGIN

/// The value of a set's elements.
struct no_value {
    friend constexpr bool operator==(no_value, no_value) noexcept = default;
};

FERRY_ENGINE_END
