// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a cache or a table was asked, in the order in which it was asked.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ferry::bench {

struct request {
    enum class kind : std::uint8_t { get, set, del };

    kind what;
    std::uint32_t key;  // its number in trace::keys
    std::uint32_t size; // of the value that is set, in bytes
};

struct trace {
    std::vector<std::string> keys; // distinct
    std::vector<request> requests;
};

inline constexpr std::uint32_t usual_size = 64;
inline constexpr std::uint32_t largest_size = std::uint32_t{1} << 20;

// Reads lines `get KEY`, `set KEY [SIZE]` and `del KEY`, words apart by blanks or tabs; empty lines
// and those that begin with # are skipped. SIZE, in bytes, is at most largest_size, and usual_size
// if it is left out. Throws std::runtime_error, with a sentence that names the file and the line,
// when it cannot be read or holds no request.
trace read_trace(const std::filesystem::path &file);

} // namespace ferry::bench
