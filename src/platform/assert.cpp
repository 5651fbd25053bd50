// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/platform/assert.hpp"

#include <cstdio>
#include <cstdlib>

FERRY_DETAIL_BEGIN

void assertion_failed(const char *sentence, const char *file, int line) noexcept {
    std::fprintf(stderr, "ferry: %s (%s:%d)\n", sentence, file, line);
    std::abort();
}

FERRY_DETAIL_END
