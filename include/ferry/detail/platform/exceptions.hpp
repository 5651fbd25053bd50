// SPDX-License-Identifier: BSL-1.0
#pragma once

// Throwing, in programs that are compiled without exceptions too: there what would throw ends the
// program, as the standard library's containers do. Nothing here is caught: what has to be undone
// is undone by destructors.

#include "ferry/detail/platform/abi.hpp"

#if FERRY_EXCEPTIONS
#define FERRY_THROW(exception) throw exception
#else
#include <cstdlib>
#define FERRY_THROW(exception) std::abort()
#endif
