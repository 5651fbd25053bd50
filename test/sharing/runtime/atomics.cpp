// SPDX-License-Identifier: BSL-1.0

// The hooks that take the place of atomic operations under -fsanitize=thread. They carry them out,
// all sequentially consistent: one core runs at a time, so weaker orders would show nothing.
//
// Costs are those of x86-64. A store is a plain one unless it is sequentially consistent. A
// compare-and-swap takes its line also when it fails.

#include "machine/costs.hpp"
#include "runtime/report.hpp"

#include <cstdint>

using ferry::sharing::access_kind;
using ferry::sharing::report;

namespace {

constexpr int seq_cst = __ATOMIC_SEQ_CST;

access_kind store_of(int order) {
    return order == seq_cst ? access_kind::locked : access_kind::write;
}

void pass_fence() {
    if (ferry::sharing::core *self = ferry::sharing::this_core)
        ferry::sharing::machine::instance().spend(*self, ferry::sharing::costs::locked);
}

} // namespace

#define CALLER __builtin_return_address(0)

#define FERRY_SHARING_FETCH(BITS, TYPE, NAME, BUILTIN)                                             \
    TYPE __tsan_atomic##BITS##_##NAME(volatile TYPE *at, TYPE value, int) {                        \
        report(const_cast<TYPE *>(at), sizeof(TYPE), access_kind::locked, CALLER);                 \
        return BUILTIN(at, value, seq_cst);                                                        \
    }

#define FERRY_SHARING_ATOMIC(BITS, TYPE)                                                           \
    TYPE __tsan_atomic##BITS##_load(const volatile TYPE *at, int) {                                \
        report(const_cast<const TYPE *>(at), sizeof(TYPE), access_kind::read, CALLER);             \
        return __atomic_load_n(at, seq_cst);                                                       \
    }                                                                                              \
    void __tsan_atomic##BITS##_store(volatile TYPE *at, TYPE value, int order) {                   \
        report(const_cast<TYPE *>(at), sizeof(TYPE), store_of(order), CALLER);                     \
        __atomic_store_n(at, value, seq_cst);                                                      \
    }                                                                                              \
    FERRY_SHARING_FETCH(BITS, TYPE, exchange, __atomic_exchange_n)                                 \
    FERRY_SHARING_FETCH(BITS, TYPE, fetch_add, __atomic_fetch_add)                                 \
    FERRY_SHARING_FETCH(BITS, TYPE, fetch_sub, __atomic_fetch_sub)                                 \
    FERRY_SHARING_FETCH(BITS, TYPE, fetch_and, __atomic_fetch_and)                                 \
    FERRY_SHARING_FETCH(BITS, TYPE, fetch_or, __atomic_fetch_or)                                   \
    FERRY_SHARING_FETCH(BITS, TYPE, fetch_xor, __atomic_fetch_xor)                                 \
    FERRY_SHARING_FETCH(BITS, TYPE, fetch_nand, __atomic_fetch_nand)                               \
    bool __tsan_atomic##BITS##_compare_exchange_strong(volatile TYPE *at, TYPE *expected,          \
                                                       TYPE desired, int, int) {                   \
        report(const_cast<TYPE *>(at), sizeof(TYPE), access_kind::locked, CALLER);                 \
        return __atomic_compare_exchange_n(at, expected, desired, false, seq_cst, seq_cst);        \
    }                                                                                              \
    bool __tsan_atomic##BITS##_compare_exchange_weak(volatile TYPE *at, TYPE *expected,            \
                                                     TYPE desired, int, int) {                     \
        report(const_cast<TYPE *>(at), sizeof(TYPE), access_kind::locked, CALLER);                 \
        return __atomic_compare_exchange_n(at, expected, desired, false, seq_cst, seq_cst);        \
    }                                                                                              \
    TYPE __tsan_atomic##BITS##_compare_exchange_val(volatile TYPE *at, TYPE expected,              \
                                                    TYPE desired, int, int) {                      \
        report(const_cast<TYPE *>(at), sizeof(TYPE), access_kind::locked, CALLER);                 \
        __atomic_compare_exchange_n(at, &expected, desired, false, seq_cst, seq_cst);              \
        return expected;                                                                           \
    }

extern "C" {

FERRY_SHARING_ATOMIC(8, std::uint8_t)
FERRY_SHARING_ATOMIC(16, std::uint16_t)
FERRY_SHARING_ATOMIC(32, std::uint32_t)
FERRY_SHARING_ATOMIC(64, std::uint64_t)

void __tsan_atomic_thread_fence(int order) {
    if (order == seq_cst)
        pass_fence();
    __atomic_thread_fence(seq_cst);
}
void __tsan_atomic_signal_fence(int) { __atomic_signal_fence(seq_cst); }
}
