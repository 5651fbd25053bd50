// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ferry::bench {

// Distinct file paths of this system, at most `limit`: what is below /usr and what the Debian
// packages list. In an order that looks random and is the same in each run. None ends in '~'.
std::vector<std::string> gather_paths(std::size_t limit);

} // namespace ferry::bench
