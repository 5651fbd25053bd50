// SPDX-License-Identifier: BSL-1.0

// The whole interface, one thread, beside a std::unordered_map. An input is
//
//   | elements (6) | hashes (4) | first map | second map | operation, its arguments | … |
//
// and the operations are those of api/play.hpp: what they return, what held handles and guards lead
// to and the size are checked after each, all elements after each that threw, by an operation of
// their own and at the end, when nothing may be left, either: no object, and nothing of what the
// maps allocated.

#include "api/elements.hpp"
#include "api/plays.hpp"
#include "bytes.hpp"
#include "support/leaks/counts.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using namespace ferry::fuzz;
    constexpr void (*plays[])(bytes &) = {play_numbers, play_objects, play_blocks,
                                          play_strings, play_members, play_cells};
    bytes in(data, size);
    const unsigned elements = in.below(6);
    present_hashes = static_cast<hash_kind>(in.below(4));
    ferry::test::faults::objects_alive = 0;
    ferry::test::faults::bytes_alive = 0;
    const ferry::test::held_memory before = ferry::test::held_now();
    plays[elements](in);
    if (const std::string left = held_since(before, ferry::test::held_now()); !left.empty())
        wrong("the maps left " + left);
    return 0;
}
