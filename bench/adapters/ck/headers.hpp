// SPDX-License-Identifier: BSL-1.0
#pragma once

// The headers of Concurrency Kit, which are C: as C++ they lack extern "C", and one of them takes a
// void * for a pointer of another type without saying so.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

namespace ferry::bench::ck {

// What C lets a void * be.
struct pointer_of_c {
    void *value;

    template <class T>
    operator T *() const {
        return static_cast<T *>(value);
    }
};

} // namespace ferry::bench::ck

extern "C" {
// In this order.
// clang-format off
#include <ck_pr.h>
#define ck_pr_fas_ptr(target, value) ferry::bench::ck::pointer_of_c{ck_pr_fas_ptr(target, value)}
#include <ck_stack.h>
#undef ck_pr_fas_ptr
#include <ck_epoch.h>
#include <ck_hs.h>
// clang-format on
}
