// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace ferry::bench {

// Bytes that this program and its libraries have mapped for writing and not unmapped, beside what
// malloc and the system's threads map for themselves: those do not come by here.
std::size_t mapped_bytes() noexcept;

} // namespace ferry::bench
