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
    const form any = form_of_all<shards<Shards>::template map>();
    const auto number = std::to_string(Shards);
    return {.name = "sharded-" + number,
            .family = family::by_hand,
            .note = number + " shards, a std::shared_mutex and a std::unordered_map each",
            .plain = any,
            .replacing = any,
            .storing = any,
            .counting = make_counter<by_hand::sharded_map<std::string, std::uint64_t, Shards>>,
            .replaying = make_player<by_hand::sharded_map<std::string, std::string, Shards>>};
}

} // namespace

map_entry sharded_16_entry() { return entry<16>(); }
map_entry sharded_64_entry() { return entry<64>(); }

} // namespace ferry::bench
