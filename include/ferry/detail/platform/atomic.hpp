// SPDX-License-Identifier: BSL-1.0
#pragma once

// The only file that names an atomics library: the seam for verification. With FERRY_MODEL the same
// names come from a scheduler (test/support), and the templates above run under it unchanged.
//
// All operations used are compiler builtins: ThreadSanitizer sees them, and no library has to be
// linked. Fences are not used, because ThreadSanitizer does not see them.

#include "ferry/detail/platform/abi.hpp"

#include <cstdint>

#ifdef FERRY_MODEL
#include "ferry_model/atomic.hpp"
#else
#include <boost/atomic/atomic.hpp>
#include <boost/atomic/fences.hpp>

FERRY_DETAIL_BEGIN

template <class T>
using atomic = boost::atomic<T>;

inline constexpr auto relaxed = boost::memory_order_relaxed;
inline constexpr auto acquire = boost::memory_order_acquire;
inline constexpr auto release = boost::memory_order_release;
inline constexpr auto acq_rel = boost::memory_order_acq_rel;
inline constexpr auto seq_cst = boost::memory_order_seq_cst;

static_assert(atomic<std::uint64_t>::is_always_lock_free, "ferry needs lock-free 64-bit atomics");
static_assert(atomic<void *>::is_always_lock_free, "ferry needs lock-free pointers");

/// Keeps the compiler, and only the compiler, from moving memory accesses across this point.
inline void compiler_barrier() noexcept { boost::atomic_signal_fence(seq_cst); }

FERRY_DETAIL_END
#endif
