// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a target and the programs that feed it have to do with each other.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

// libFuzzer's entry; replay.cpp calls it, too. Wrong behaviour ends the process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace ferry::fuzz {

// Whether each step of an input is printed.
inline bool telling = false;

template <class Line>
void tell(Line &&line) {
    if (telling) {
        std::printf("%s\n", std::string(line()).c_str());
        std::fflush(stdout); // the next step may be the last
    }
}

[[noreturn]] inline void wrong(const std::string &sentence) {
    std::fprintf(stderr, "WRONG: %s\n", sentence.c_str());
    std::abort();
}

} // namespace ferry::fuzz
