// SPDX-License-Identifier: BSL-1.0
#pragma once

// Names for addresses of this program, by nm and addr2line. Where they are missing, the address
// itself.

#include <cstdint>
#include <string>

namespace ferry::sharing {

// The function that code is in.
std::string function_at(const void *code);

// The innermost functions that were inlined there, with their lines.
std::string code_at(const void *code);

// A variable, and the offset in it.
std::string variable_at(std::uintptr_t address);

} // namespace ferry::sharing
