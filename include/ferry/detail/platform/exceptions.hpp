// SPDX-License-Identifier: BSL-1.0
#pragma once

// Throws, also in programs that are compiled without exceptions. There a throw ends the program, as
// in the standard library's containers. The library catches nothing: destructors undo what has to
// be undone.

#include "ferry/detail/platform/abi.hpp"

#if FERRY_EXCEPTIONS
#define FERRY_THROW(exception) throw exception
#else
#include <cstdlib>
#define FERRY_THROW(exception) std::abort()
#endif
