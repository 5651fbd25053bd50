// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the maps of this program have allocated and not freed: counted where they allocate, so that
// nothing else is counted with it.
//
//   nodes, boxes     std::allocator of them is specialized (allocator.hpp)
//   settings, tables calls of the aligned operator new and of mmap are led through counts.cpp
//   (--wrap)
//
// Thread records are not counted: they stay with their domain.

#include <cstddef>
#include <cstdint>
#include <string>

namespace ferry::test {

enum class held_kind : unsigned { nodes, boxes, blocks, mapped_bytes };
inline constexpr std::size_t held_kinds = 4;

// Something was allocated, or freed: `change` is negative. From any thread, also one that ends.
void count_held(held_kind kind, std::int64_t change) noexcept;

struct held_memory {
    std::int64_t of[held_kinds] = {};

    friend bool operator==(const held_memory &, const held_memory &) = default;
};

// Exact when no other thread uses a map.
held_memory held_now() noexcept;

// What is held `now` and was not `before`, in words; empty when nothing is.
std::string held_since(const held_memory &before, const held_memory &now);

} // namespace ferry::test
