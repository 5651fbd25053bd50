// SPDX-License-Identifier: BSL-1.0
#pragma once

// The exception for an address, from an allocator, that does not fit into a slot.

#include "ferry/detail/platform/abi.hpp"

#include <new>

FERRY_BEGIN

/// Thrown when the map's allocator returns memory that the map cannot link: its address has one of
/// the upper 16 bits set, as tagged pointers have (heap tagging, MTE and HWASan on aarch64), or is
/// not aligned to 8 bytes. The memory was given back, and the map is unchanged.
class unusable_address : public std::bad_alloc {
public:
    const char *what() const noexcept override {
        return "ferry: the allocator returned an address of more than 48 bits, such as a tagged "
               "pointer, or one that is not aligned to 8 bytes: a map cannot link memory there";
    }
};

FERRY_END
