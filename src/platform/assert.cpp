// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/platform/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace ferry::inline FERRY_ABI::detail {

void assertion_failed(const char *sentence, const char *file, int line) noexcept {
    std::fprintf(stderr, "ferry: %s (%s:%d)\n", sentence, file, line);
    std::abort();
}

} // namespace ferry::inline FERRY_ABI::detail
