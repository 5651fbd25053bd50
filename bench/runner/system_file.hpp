// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <fstream>
#include <limits>
#include <string>

namespace ferry::bench {

// Of a file of the system's the line such as "VmRSS:      1234 kB", in bytes; 0: there is none.
inline std::size_t bytes_in(const char *file, const std::string &name) {
    std::ifstream lines(file);
    std::string word;
    while (lines >> word) {
        if (word == name + ':') {
            std::size_t kibibytes = 0;
            lines >> kibibytes;
            return kibibytes * 1024;
        }
        lines.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return 0;
}

} // namespace ferry::bench
