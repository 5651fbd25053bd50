// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filesystem>

namespace ferry::bench {

// The file of this program, which some measurements start once more: a process of its own, or a
// profile.
inline std::filesystem::path this_program() {
    return std::filesystem::read_symlink("/proc/self/exe");
}

} // namespace ferry::bench
