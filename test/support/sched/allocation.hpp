// SPDX-License-Identifier: BSL-1.0
#pragma once

// The memory of an execution, for operator new and delete.

#include <cstddef>

namespace ferry::model {

// Whether a logical thread runs; what is not one uses the heap.
bool is_inside() noexcept;
bool in_arena(const void *at) noexcept;
bool is_live(const void *at) noexcept;

// nullptr: this one was to fail.
void *allocate(std::size_t bytes, std::size_t alignment) noexcept;
void release(void *at) noexcept;

} // namespace ferry::model
