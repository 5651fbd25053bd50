// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options/options.hpp"
#include "runner/recorder.hpp"

namespace ferry::bench {

// What a reader must know of a session: machine, compiler, flags, libraries, allocator, command,
// and what each map is.
context about(const options &);

} // namespace ferry::bench
