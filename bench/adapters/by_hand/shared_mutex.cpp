// SPDX-License-Identifier: BSL-1.0

// One std::shared_mutex: the first thing tried when a mutex is too slow.

#include "adapters/by_hand/locked_map.hpp"
#include "adapters/entries.hpp"
#include "adapters/entry.hpp"

#include <shared_mutex>
#include <string>

namespace ferry::bench {

namespace {

template <class Key, class Value>
using shared_mutex_map = by_hand::locked_map<Key, Value, std::shared_mutex>;

} // namespace

map_entry shared_mutex_entry() {
    return entry_of<shared_mutex_map>(
        family::by_hand, "shared-mutex",
        "one std::shared_mutex around std::unordered_map; glibc's lets readers starve writers");
}

} // namespace ferry::bench
