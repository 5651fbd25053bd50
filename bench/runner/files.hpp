// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>

namespace ferry::bench {

// Of this program, which some measurements start once more.
inline std::filesystem::path this_program() {
    return std::filesystem::read_symlink("/proc/self/exe");
}

// A name such as "find-hit/u64/n:1000/uniform" as a part of a file's name.
inline std::string as_file_name(std::string name) {
    std::replace(name.begin(), name.end(), '/', '-');
    std::erase(name, ':');
    return name;
}

} // namespace ferry::bench
