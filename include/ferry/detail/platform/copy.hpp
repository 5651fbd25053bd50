// SPDX-License-Identifier: BSL-1.0
#pragma once

// Copies a value as bytes. The copy is not atomic, so a model build reports it to its machine,
// which checks that no other thread uses the memory.

#include "ferry/detail/platform/atomic.hpp"

#include <cstddef>
#include <cstring>

FERRY_DETAIL_BEGIN

inline void copy_bytes(void *to, const void *from, std::size_t bytes) noexcept {
#ifdef FERRY_MODEL
    model::plain_read(from, bytes);
    model::plain_write(to, bytes);
#endif
    std::memcpy(to, from, bytes);
}

FERRY_DETAIL_END
