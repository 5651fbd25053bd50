// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::map_stats.

#include "ferry/detail/platform/abi.hpp"

#if FERRY_CXX20
#include "ferry/detail/interface/stats.hpp"
#endif
