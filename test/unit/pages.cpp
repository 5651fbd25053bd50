// SPDX-License-Identifier: BSL-1.0

// Memory for tables, from the heap when small and from the system when large.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>
#include <ferry/detail/platform/cpu.hpp>
#include <ferry/detail/platform/pages.hpp>
#include <ferry/detail/platform/tuning.hpp>

#include <sys/mman.h>

namespace unit_pages {

using ferry::detail::allocate_zeroed;
using ferry::detail::apart_bytes;
using ferry::detail::pages_from_bytes;
using ferry::detail::populate_for_writing;
using ferry::detail::release_piece;
using ferry::detail::release_untouched;

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
                release_untouched(memory, bytes);
            }
        }
    }
}

TEST_CASE("memory for a table goes back piece by piece, and what is left stays as it is") {
    constexpr std::size_t mapped = 40'000'000;
    for (const std::size_t bytes :
         {std::size_t{4096}, pages_from_bytes, std::size_t{300'001}, mapped}) {
        for (const bool huge : {false, true}) {
            auto *const memory = static_cast<unsigned char *>(allocate_zeroed(bytes, huge));
            REQUIRE(memory != nullptr);
            std::fill(memory, memory + bytes, static_cast<unsigned char>(0x5a));
            const std::size_t largest = huge ? std::size_t{2} << 20 : ferry::detail::release_bytes;
            std::size_t pieces = 0;
            for (std::size_t left = bytes; left != 0; ++pieces) {
                const std::size_t now = release_piece(memory, left, bytes, huge);
                CHECK(now < left);
                CHECK((bytes < pages_from_bytes || left - now <= largest));
                left = now;
                if (left != 0)
                    CHECK(memory[left - 1] == 0x5a);
            }
            CHECK(pieces <= bytes / largest + 2);
            CHECK((pieces > 1 || bytes <= 2 * largest));
        }
    }
}

TEST_CASE("what was given back is somebody else's, and stays so when the rest goes") {
    constexpr std::size_t bytes = 40'000'000;
    constexpr std::size_t page = ferry::detail::page_bytes;
    auto *const memory = static_cast<unsigned char *>(allocate_zeroed(bytes, false));
    REQUIRE(memory != nullptr);
    std::size_t left = bytes;
    while (left > bytes / 2)
        left = release_piece(memory, left, bytes, false);
    CHECK(left > bytes / 4);
    // Of the 20 MB that went, the last 10 are no part of a stretch whose addresses are kept.
    constexpr std::size_t other_bytes = 1000 * page;
    void *const wanted = memory + 30'000'000 / page * page;
    void *const got =
        mmap(wanted, other_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(got != MAP_FAILED);
    auto *const other = static_cast<unsigned char *>(got);
    std::fill(other, other + other_bytes, static_cast<unsigned char>(1));
    while (left != 0)
        left = release_piece(memory, left, bytes, false);
    CHECK(std::count(other, other + other_bytes, 1) == static_cast<std::ptrdiff_t>(other_bytes));
    munmap(got, other_bytes);
    WARN(got == wanted); // else it stood in nobody's way
}

TEST_CASE("memory that is populated keeps what is in it") {
    constexpr std::size_t bytes = 400'000;
    constexpr std::size_t page = ferry::detail::page_bytes;
    auto *const memory = static_cast<unsigned char *>(allocate_zeroed(bytes, false));
    REQUIRE(memory != nullptr);
    memory[page] = 7; // where populating writes to the page
    memory[5000] = 7;
    for (int times = 0; times < 2; ++times) {
        CHECK(populate_for_writing(memory, 20 * page));
        for (std::size_t i = 0; i != 40; ++i)
            CHECK(populate_for_writing(memory + i * page, page));
    }
    CHECK(memory[page] == 7);
    CHECK(memory[5000] == 7);
    CHECK(std::count(memory, memory + bytes, 0) == static_cast<std::ptrdiff_t>(bytes - 2));
    release_untouched(memory, bytes);
}

} // namespace unit_pages
