// SPDX-License-Identifier: BSL-1.0

// The hooks that compilers call under -fsanitize=thread before each access to memory that another
// thread might see. ThreadSanitizer's own library is not linked: these take its place. This file
// is compiled without the flag.

#include "runtime/report.hpp"

using ferry::sharing::access_kind;
using ferry::sharing::report;

#define CALLER __builtin_return_address(0)

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void *) {}
void __tsan_func_exit() {}

#define FERRY_SHARING_ACCESS(NAME, HOW, BYTES)                                                     \
    void __tsan_##NAME##BYTES(void *at) { report(at, BYTES, access_kind::HOW, CALLER); }           \
    void __tsan_unaligned_##NAME##BYTES(void *at) { report(at, BYTES, access_kind::HOW, CALLER); } \
    void __tsan_volatile_##NAME##BYTES(void *at) { report(at, BYTES, access_kind::HOW, CALLER); }  \
    void __tsan_unaligned_volatile_##NAME##BYTES(void *at) {                                       \
        report(at, BYTES, access_kind::HOW, CALLER);                                               \
    }                                                                                              \
    void __tsan_##NAME##BYTES##_pc(void *at, void *code) {                                         \
        report(at, BYTES, access_kind::HOW, code);                                                 \
    }

#define FERRY_SHARING_ACCESSES(BYTES)                                                              \
    FERRY_SHARING_ACCESS(read, read, BYTES)                                                        \
    FERRY_SHARING_ACCESS(write, write, BYTES)                                                      \
    void __tsan_read_write##BYTES(void *at) { report(at, BYTES, access_kind::write, CALLER); }     \
    void __tsan_unaligned_read_write##BYTES(void *at) {                                            \
        report(at, BYTES, access_kind::write, CALLER);                                             \
    }

FERRY_SHARING_ACCESSES(1)
FERRY_SHARING_ACCESSES(2)
FERRY_SHARING_ACCESSES(4)
FERRY_SHARING_ACCESSES(8)
FERRY_SHARING_ACCESSES(16)

void __tsan_read_range(void *at, unsigned long bytes) {
    report(at, bytes, access_kind::read, CALLER);
}
void __tsan_write_range(void *at, unsigned long bytes) {
    report(at, bytes, access_kind::write, CALLER);
}

// A constructor or destructor sets the pointer to an object's virtual functions, or it is read.
void __tsan_vptr_update(void **at, void *) { report(at, sizeof *at, access_kind::write, CALLER); }
void __tsan_vptr_read(void **at) { report(at, sizeof *at, access_kind::read, CALLER); }

// ferry's compare-and-swap of two words is assembly, which no hook announces. It says of both words
// that it releases them: one access, and the line must stay until the instruction is done.
void __tsan_release(void *at) {
    if (reinterpret_cast<std::uintptr_t>(at) % 16 == 0)
        report(at, 16, access_kind::locked, CALLER);
}
void __tsan_acquire(void *) {}

// What libcds tells ThreadSanitizer beside that.
void AnnotateNewMemory(const char *, int, const volatile void *, std::size_t) {}
void AnnotateIgnoreReadsBegin(const char *, int) {}
void AnnotateIgnoreReadsEnd(const char *, int) {}
void AnnotateIgnoreWritesBegin(const char *, int) {}
void AnnotateIgnoreWritesEnd(const char *, int) {}
void AnnotateHappensBefore(const char *, int, const volatile void *) {}
void AnnotateHappensAfter(const char *, int, const volatile void *) {}
}
