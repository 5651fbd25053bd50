// SPDX-License-Identifier: BSL-1.0

// Boost's concurrent_node_map: as concurrent_flat_map, with each element in a node of its own.

#include "adapters/boost/concurrent_map.hpp"
#include "adapters/entries.hpp"

#include <boost/unordered/concurrent_node_map.hpp>

namespace ferry::bench {

namespace {

template <class Key, class Value>
using node_map = boost_map<boost::concurrent_node_map<Key, Value, fixed_hash<Key>>>;

} // namespace

map_entry boost_node_entry() {
    return entry_of<node_map>(family::libraries, "boost-node",
                              "Boost's concurrent_node_map; readers lock a group of elements, "
                              "shared; growth locks the whole map");
}

} // namespace ferry::bench
