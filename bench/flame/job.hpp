// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options/options.hpp"

#include <cstdint>
#include <iosfwd>

namespace ferry::bench {

// Profiles each map of the options on each of their workloads, in a process of its own, and leaves
// an SVG for each; with `all` one page instead, flame.html. Says on the stream what it left. False:
// some map was wrong or could not be profiled. Throws std::runtime_error, with a sentence, when
// none could.
bool draw_flames(const options &, std::uint32_t strings, std::ostream &);

} // namespace ferry::bench
