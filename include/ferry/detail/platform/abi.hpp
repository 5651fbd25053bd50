// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the compiler's flags decide. Two inline namespaces keep code apart that was compiled with
// different decisions. A map, and all code that works on one, has another name with another probe,
// with assertions, or without exceptions. A map that is passed between such units fails to link.
// (Small inline functions whose text does not depend on the flags, such as a hash's, share their
// names, as the standard library's do.)
//
//   ferry::FERRY_ABI                 everything; the compiled library has only this one
//   ferry::FERRY_ABI::FERRY_ENGINE   the templates above it: one name for each way to probe a
//                                    bucket, for builds with assertions, and for builds without
//                                    exceptions, which undo nothing when one passes
//
// A program that hands maps between such units defines FERRY_PROBE and FERRY_CHECKED itself, to the
// same values everywhere.

#if defined(_MSVC_LANG) ? _MSVC_LANG < 202002L : __cplusplus < 202002L
#error "ferry needs C++20: compile with -std=c++20 or newer"
#else
#define FERRY_CXX20 1

static_assert(sizeof(void *) == 8, "ferry needs a 64-bit platform");

// Whether the compiler instruments this unit for ThreadSanitizer.
#if defined(__SANITIZE_THREAD__)
#define FERRY_INSTRUMENTED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FERRY_INSTRUMENTED 1
#endif
#endif
#ifndef FERRY_INSTRUMENTED
#define FERRY_INSTRUMENTED 0
#endif

// Whether ThreadSanitizer judges this unit. Given by a build that wants its hooks without its
// library.
#ifndef FERRY_TSAN
#define FERRY_TSAN FERRY_INSTRUMENTED
#endif

// How the eight slots of a bucket are loaded: 0 one atomic load each, 1 SSE2, 2 AVX2, 3 AVX-512.
// ThreadSanitizer and the model see atomic loads only.
#ifndef FERRY_PROBE
#if FERRY_TSAN || defined(FERRY_MODEL)
#define FERRY_PROBE 0
#elif defined(__AVX512F__)
#define FERRY_PROBE 3
#elif defined(__AVX2__)
#define FERRY_PROBE 2
#elif defined(__SSE2__)
#define FERRY_PROBE 1
#else
#define FERRY_PROBE 0
#endif
#endif

// Whether misuse of the interface and broken invariants stop the program with a message. The
// pkg-config and CMake files of an installed ferry give the default.
#ifndef FERRY_CHECKED
#if defined(FERRY_DEFAULT_CHECKED)
#define FERRY_CHECKED FERRY_DEFAULT_CHECKED
#elif defined(NDEBUG)
#define FERRY_CHECKED 0
#else
#define FERRY_CHECKED 1
#endif
#endif

#ifdef __cpp_exceptions
#define FERRY_EXCEPTIONS 1
#else
#define FERRY_EXCEPTIONS 0
#endif

#ifdef FERRY_MODEL
#define FERRY_ABI abi_1_model
#else
#define FERRY_ABI abi_1
#endif

#if FERRY_PROBE == 3
#define FERRY_ENGINE_PROBE avx512
#elif FERRY_PROBE == 2
#define FERRY_ENGINE_PROBE avx2
#elif FERRY_PROBE == 1
#define FERRY_ENGINE_PROBE sse2
#else
#define FERRY_ENGINE_PROBE scalar
#endif

#if FERRY_CHECKED
#define FERRY_ENGINE_CHECKS _checked
#else
#define FERRY_ENGINE_CHECKS _plain
#endif

#if FERRY_EXCEPTIONS
#define FERRY_ENGINE_ERRORS
#else
#define FERRY_ENGINE_ERRORS _aborting
#endif

// Marks what the templates use of the compiled library. Nothing else of it is visible, except the
// default domain (src/reclaim/domain.cpp). The build of the static library defines it as empty.
#ifndef FERRY_API
#define FERRY_API [[gnu::visibility("default")]]
#endif

#define FERRY_JOIN_EXPANDED(a, b) a##b
#define FERRY_JOIN(a, b) FERRY_JOIN_EXPANDED(a, b)
#define FERRY_ENGINE                                                                               \
    FERRY_JOIN(FERRY_JOIN(FERRY_ENGINE_PROBE, FERRY_ENGINE_CHECKS), FERRY_ENGINE_ERRORS)

// The declarations of a header stand between one of these pairs:
//
//   FERRY_BEGIN          what users name and the compiled library knows
//   FERRY_DETAIL_BEGIN   what is compiled likewise, but is no interface
//   FERRY_MAP_BEGIN      what users name and compile themselves
//   FERRY_ENGINE_BEGIN   the engines below that
#define FERRY_BEGIN namespace ferry::inline FERRY_ABI {
#define FERRY_END }
#define FERRY_DETAIL_BEGIN namespace ferry::inline FERRY_ABI::detail {
#define FERRY_DETAIL_END }
#define FERRY_MAP_BEGIN namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE {
#define FERRY_MAP_END }
#define FERRY_ENGINE_BEGIN namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {
#define FERRY_ENGINE_END }

#endif
