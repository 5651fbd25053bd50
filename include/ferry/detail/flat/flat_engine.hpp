// SPDX-License-Identifier: BSL-1.0
#pragma once

// The engine with cells: a key and its value stand in the table itself. The public headers include
// the whole engine through this file.

#include "ferry/detail/flat/change.hpp"
#include "ferry/detail/flat/find.hpp"
#include "ferry/detail/flat/handle.hpp"
#include "ferry/detail/flat/iterate.hpp"
