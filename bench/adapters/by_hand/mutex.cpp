// SPDX-License-Identifier: BSL-1.0

// One std::mutex: what a program has before it looks for anything better.

#include "adapters/by_hand/locked_map.hpp"
#include "adapters/entries.hpp"
#include "adapters/entry.hpp"

#include <mutex>
#include <string>

namespace ferry::bench {

namespace {

template <class Key, class Value>
using mutex_map = by_hand::locked_map<Key, Value, std::mutex>;

} // namespace

map_entry mutex_entry() {
    const form any = form_of_all<mutex_map>();
    return {.name = "mutex",
            .family = family::by_hand,
            .note = "one std::mutex around std::unordered_map",
            .plain = any,
            .replacing = any,
            .storing = any,
            .counting = make_counter<mutex_map<std::string, std::uint64_t>>,
            .replaying = make_player<mutex_map<std::string, std::string>>};
}

} // namespace ferry::bench
