// SPDX-License-Identifier: BSL-1.0
#pragma once

// Time.

#include "ferry/detail/platform/abi.hpp"

#include <cstdint>

FERRY_DETAIL_BEGIN

/// Nanoseconds of a clock that is never set back. In the model, steps.
FERRY_API std::uint64_t steady_nanoseconds() noexcept;

FERRY_DETAIL_END
