// SPDX-License-Identifier: BSL-1.0

// Memory for tables, from the heap when small and from the system when large.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>
#include <ferry/detail/platform/cpu.hpp>
#include <ferry/detail/platform/pages.hpp>

using ferry::detail::allocate_zeroed;
using ferry::detail::apart_bytes;
using ferry::detail::release_zeroed;

TEST_CASE("memory for a table is zero, aligned and all there, whatever its size") {
    for (const std::size_t bytes :
         {std::size_t{128}, std::size_t{65535}, std::size_t{65536}, std::size_t{3000000}}) {
        for (const bool huge : {false, true}) {
            // The second time around the heap gives back what was written before.
            for (int times = 0; times < 2; ++times) {
                void *const memory = allocate_zeroed(bytes, huge);
                REQUIRE(memory != nullptr);
                CHECK(reinterpret_cast<std::uintptr_t>(memory) % apart_bytes == 0);
                auto *const first = static_cast<unsigned char *>(memory);
                CHECK(std::count(first, first + bytes, 0) == static_cast<std::ptrdiff_t>(bytes));
                std::fill(first, first + bytes, static_cast<unsigned char>(0xff));
                release_zeroed(memory, bytes);
            }
        }
    }
}
