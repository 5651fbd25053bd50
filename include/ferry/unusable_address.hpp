// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::unusable_address.

#include "ferry/detail/platform/abi.hpp"

#if FERRY_CXX20
#include "ferry/detail/node/unusable_address.hpp"
#endif
