// SPDX-License-Identifier: BSL-1.0
#pragma once

// The version of ferry these headers belong to.

#include "ferry/detail/platform/abi.hpp"

#define FERRY_VERSION_MAJOR 0
#define FERRY_VERSION_MINOR 2
#define FERRY_VERSION_PATCH 0
#define FERRY_VERSION_STRING "0.2.0"
