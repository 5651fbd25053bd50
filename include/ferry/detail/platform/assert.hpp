// SPDX-License-Identifier: BSL-1.0
#pragma once

// Assertions whose message says what is wrong and what to do about it.

#include "ferry/detail/platform/abi.hpp"

FERRY_DETAIL_BEGIN

/// Writes the message and its place in the source to standard error, and aborts.
[[noreturn]] FERRY_API void assertion_failed(const char *sentence, const char *file,
                                             int line) noexcept;

FERRY_DETAIL_END

#if FERRY_CHECKED
#define FERRY_ASSERT(condition, sentence)                                                          \
    ((condition) ? static_cast<void>(0)                                                            \
                 : ::ferry::FERRY_ABI::detail::assertion_failed(sentence, __FILE__, __LINE__))
#else
#define FERRY_ASSERT(condition, sentence) static_cast<void>(0)
#endif
