// SPDX-License-Identifier: BSL-1.0
#pragma once

// C++ symbols made fit to be read.

#include <string>
#include <string_view>

namespace ferry::bench {

// As the source has it; a symbol that is not mangled stays as it is.
std::string demangled(const std::string &symbol);

// A C++ symbol for people: without return type and namespaces that say nothing; argument lists
// become "()", template arguments "<…>" unless they are short.
std::string shorten(std::string_view symbol);

} // namespace ferry::bench
