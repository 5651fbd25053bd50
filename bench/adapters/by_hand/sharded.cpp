// SPDX-License-Identifier: BSL-1.0

// Shards with a lock each: what most programs end up with.

#include "adapters/by_hand/sharded.hpp"
#include "adapters/entries.hpp"
#include "adapters/entry.hpp"

#include <string>

namespace ferry::bench {

namespace {

template <std::size_t Shards>
struct shards {
    template <class Key, class Value>
    using map = by_hand::sharded_map<Key, Value, Shards>;
};

template <std::size_t Shards>
map_entry entry() {
    const auto number = std::to_string(Shards);
    return entry_of<shards<Shards>::template map>(
        family::by_hand, "sharded-" + number,
        number + " shards, a std::shared_mutex and a std::unordered_map each");
}

} // namespace

map_entry sharded_16_entry() { return entry<16>(); }
map_entry sharded_64_entry() { return entry<64>(); }

} // namespace ferry::bench
