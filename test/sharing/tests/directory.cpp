// SPDX-License-Identifier: BSL-1.0

// Known sequences of accesses to one line, and what each of them must find.

#include "machine/directory.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace ferry::sharing;

namespace {

// `finds`, and how many copies of other cores a write ends.
struct step {
    unsigned core;
    access_kind does;
    found finds;
    unsigned invalidated = 0;
};

void check(std::initializer_list<step> steps) {
    line at;
    unsigned number = 0;
    for (const step &each : steps) {
        CAPTURE(number++);
        const effect done = directory::touch(at, each.core, each.does);
        CHECK(done.where == each.finds);
        CHECK(done.invalidated == each.invalidated);
    }
}

constexpr auto reads = access_kind::read;
constexpr auto writes = access_kind::write;
constexpr auto swaps = access_kind::locked;

} // namespace

TEST_CASE("a line that no core has is fetched from memory once") {
    check({{3, reads, found::nowhere}, {3, reads, found::hit}, {3, reads, found::hit}});
    check({{3, writes, found::nowhere}, {3, reads, found::hit}, {3, writes, found::hit}});
}

TEST_CASE("the only reader of a line writes without asking") {
    check({{0, reads, found::nowhere}, {0, writes, found::hit}, {1, reads, found::modified}});
}

TEST_CASE("a read of what another core has modified is a remote miss, and leaves two copies") {
    check({{0, writes, found::nowhere},
           {1, reads, found::modified},
           {0, reads, found::hit},
           {1, reads, found::hit},
           {2, reads, found::shared}});
}

TEST_CASE("a write ends the copies of all other cores, and its own copy is a hit") {
    check({{0, reads, found::nowhere},
           {1, reads, found::shared},
           {2, reads, found::shared},
           {63, reads, found::shared},
           {0, writes, found::hit, 3},
           {63, reads, found::modified},
           {1, reads, found::shared}});
}

TEST_CASE("a write by a core without a copy ends all copies") {
    check({{0, reads, found::nowhere}, {1, reads, found::shared}, {2, writes, found::shared, 2}});
}

TEST_CASE("a write to what another core has modified is a remote miss and a remote write") {
    check({{0, writes, found::nowhere},
           {1, swaps, found::modified, 1},
           {0, swaps, found::modified, 1},
           {0, swaps, found::hit},
           {0, writes, found::hit}});
    line at;
    directory::touch(at, 0, writes);
    const effect taken = directory::touch(at, 1, swaps);
    CHECK(taken.is_remote_miss());
    CHECK(taken.is_remote_write());
}

TEST_CASE("memory that was given back is in no cache, and what is beside it still is") {
    directory lines;
    for (std::uintptr_t number = 100; number < 300; ++number)
        directory::touch(lines.at(number), 1, writes);
    // From the middle of line 110 to the middle of line 280.
    lines.forget(110 * line_bytes + 32, 170 * line_bytes);
    CHECK(directory::touch(lines.at(110), 1, reads).where == found::hit);
    CHECK(directory::touch(lines.at(111), 1, reads).where == found::nowhere);
    CHECK(directory::touch(lines.at(279), 1, reads).where == found::nowhere);
    CHECK(directory::touch(lines.at(280), 1, reads).where == found::hit);
    lines.forget_all();
    CHECK(directory::touch(lines.at(280), 2, reads).where == found::nowhere);
}
