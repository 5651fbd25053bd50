// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a history of the keys of a map says about its whole-map operations, which are not
// linearizable: an iteration is many looks at different times, and size() a sum of such.
//
//   S1  An iteration sees what is there throughout: a key that it does not see was absent at some
//       moment of it.
//   S2  It never sees what never was: a key that it sees was there at some moment of it, with the
//       value seen (or, sighted::once_put, with any: the value was put there before its end).
//   S3  It sees a key again only if the key was erased and inserted again meanwhile.
//   S4  size() is exact when no operation overlaps it.
//
// A moment of S1 or S2 is a look at one key somewhere in the iteration's interval: it is added to
// the history of the key, so the checker's answer holds for the looks of all iterations together
// with the operations. S3 asks for an absent moment in this way, and for operations that can have
// erased and inserted the key in between; it does not ask for the order of all of them.
//
// S4 needs no order: every result says whether the operation made or removed the key. One that
// never returned overlaps everything after its invocation.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "support/linear/checker.hpp"
#include "support/linear/history.hpp"

namespace ferry::test::linear {

struct sighting {
    key_type key = 0;
    value_type value = 0;
};

// An iteration: for_each, items, snapshot. Shares of one by several threads, joined, are one from
// the first beginning to the last end.
struct sweep {
    stamp began = 0;
    stamp ended = 0;
    std::uint32_t thread = 0;
    bool stopped = false; // for_each_while before the end: what it did not see says nothing
    std::vector<sighting> seen{};
};

struct size_reading {
    stamp began = 0;
    stamp ended = 0;
    std::uint32_t thread = 0;
    std::size_t size = 0;
};

enum class sighted : std::uint8_t { current, once_put };

// Nothing if the history is linearizable and explains what was seen, else why not, in words.
// `initial` is indexed by key.
std::string check_whole_map(checker &of_keys, std::span<const event> history,
                            std::span<const sweep> sweeps, std::span<const size_reading> sizes,
                            std::span<const state> initial = {}, sighted values = sighted::current);

} // namespace ferry::test::linear
