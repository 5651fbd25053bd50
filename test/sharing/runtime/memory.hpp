// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace ferry::sharing {

// Blocks of this size come from the system and go back to it each time.
inline constexpr std::size_t fresh_from_bytes = std::size_t{128} << 10;

} // namespace ferry::sharing
