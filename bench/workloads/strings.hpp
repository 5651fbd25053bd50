// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace ferry::bench {

// Distinct file paths of this system, at most `limit`: what is below /usr and what the Debian
// packages list. In an order that looks random and is the same in each run. None ends in '~'.
std::vector<std::string> gather_paths(std::size_t limit);

// The distinct lines of a file, at most `limit`, in such an order too; empty ones and those that
// end in '~' are left out. Throws std::runtime_error, with a sentence, if the file cannot be read
// or has fewer than a thousand of them.
std::vector<std::string> read_strings(const std::filesystem::path &file, std::size_t limit);

} // namespace ferry::bench
