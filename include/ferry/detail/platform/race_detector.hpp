// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the compiled part tells ThreadSanitizer.
//
// A program that is compiled for ThreadSanitizer may be linked with a library that was not. Then
// the detector sees the operations of the templates, and none of the compiled part. Two orders of
// the templates' accesses to plain memory exist only through the compiled part:
//
//   [E:unpin]         from a reader's unpin, through the scan of an advance, to the thread that
//                     frees what the reader has read
//   [E:record-owner]  from the thread that leaves a record to the one that takes it
//
// The functions below tell the detector of them. Its functions are weak here: in a program without
// it they are null, and nothing is called. Code that the compiler instruments tells by itself.

#include "ferry/detail/platform/abi.hpp"

#if !FERRY_INSTRUMENTED && !defined(FERRY_MODEL)
extern "C" {
// NOLINTNEXTLINE(bugprone-reserved-identifier): the detector's
[[gnu::weak]] void __tsan_acquire(void *address);
// NOLINTNEXTLINE(bugprone-reserved-identifier): the detector's
[[gnu::weak]] void __tsan_release(void *address);
}
#endif

FERRY_DETAIL_BEGIN

/// To be called after a read of the atomic at `place` that acquires.
inline void tell_acquired([[maybe_unused]] void *place) noexcept {
#if !FERRY_INSTRUMENTED && !defined(FERRY_MODEL)
    if (__tsan_acquire != nullptr) {
        __tsan_acquire(place);
    }
#endif
}

/// To be called before a write to the atomic at `place` that releases.
inline void tell_release([[maybe_unused]] void *place) noexcept {
#if !FERRY_INSTRUMENTED && !defined(FERRY_MODEL)
    if (__tsan_release != nullptr) {
        __tsan_release(place);
    }
#endif
}

FERRY_DETAIL_END
