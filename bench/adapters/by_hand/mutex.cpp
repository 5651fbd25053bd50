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
    return entry_of<mutex_map>(family::by_hand, "mutex",
                               "one std::mutex around std::unordered_map");
}

} // namespace ferry::bench
