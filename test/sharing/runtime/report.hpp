// SPDX-License-Identifier: BSL-1.0
#pragma once

// From a hook to the machine.

#include "machine/machine.hpp"

#include <cstddef>

namespace ferry::sharing {

inline void report(const void *at, std::size_t bytes, access_kind how, const void *code) {
    if (core *self = this_core)
        machine::instance().access(*self, at, bytes, how, code);
}

} // namespace ferry::sharing
