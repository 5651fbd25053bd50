// SPDX-License-Identifier: BSL-1.0

// Boost's concurrent_flat_map: elements in the table, groups of fifteen with a spinlock each, and a
// lock of the whole table in parts, which growth takes as a whole. Readers lock shared.

#include "adapters/boost/concurrent_map.hpp"
#include "adapters/entries.hpp"

#include <boost/unordered/concurrent_flat_map.hpp>

namespace ferry::bench {

namespace {

template <class Key, class Value>
using flat_map = boost_map<boost::concurrent_flat_map<Key, Value, fixed_hash<Key>>>;

} // namespace

map_entry boost_flat_entry() {
    return entry_of<flat_map>(family::libraries, "boost-flat",
                              "Boost's concurrent_flat_map; readers lock a group of elements, "
                              "shared; growth locks the whole map");
}

} // namespace ferry::bench
