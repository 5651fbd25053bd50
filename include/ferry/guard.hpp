// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::guard, ferry::owned_guard, ferry::epoch_domain, ferry::default_domain.

#include "ferry/detail/platform/abi.hpp"

#if FERRY_CXX20
#include "ferry/detail/reclaim/guard.hpp"
#include "ferry/detail/reclaim/owned_guard.hpp"
#endif
