// SPDX-License-Identifier: BSL-1.0
#pragma once

// Numbers in the text of a trace.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

namespace ferry::model {

inline std::string hex(std::uint64_t value) {
    char digits[20];
    std::snprintf(digits, sizeof digits, "%llx", static_cast<unsigned long long>(value));
    return digits;
}

// Of an address: enough to tell it from others.
inline std::string short_hex(std::uint64_t address) { return hex(address & 0xfffff); }

// A place in an object that has no name of its own.
inline std::string at_offset(std::size_t offset, std::uint64_t value) {
    return " +" + std::to_string(offset) + " = " + hex(value);
}

} // namespace ferry::model
