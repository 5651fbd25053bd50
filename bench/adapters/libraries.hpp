// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace ferry::bench {

// The names and versions of the libraries whose maps are measured.
std::string library_versions();

} // namespace ferry::bench
