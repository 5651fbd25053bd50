// SPDX-License-Identifier: BSL-1.0
#pragma once

// MichaelHashMap: a fixed array of lock-free ordered lists. It cannot grow; it is given one bucket
// for each element it will hold, its best case, also where other maps have to grow.

#include "adapters/hash.hpp"
#include "adapters/libcds/map.hpp"

namespace ferry::bench::libcds {

template <class Key>
struct michael_list_traits : cds::container::michael_list::traits {
    using compare = libcds::compare;
};

template <class Key>
struct michael_map_traits : cds::container::michael_map::traits {
    using hash = fixed_hash<Key>;
    using item_counter = cds::atomicity::cache_friendly_item_counter;
};

template <class Gc, class Key, class Value>
struct michael {
    using list = cds::container::MichaelKVList<Gc, Key, Value, michael_list_traits<Key>>;
    using map = cds::container::MichaelHashMap<Gc, list, michael_map_traits<Key>>;

    static std::unique_ptr<map> make(sizing size) {
        return std::make_unique<map>(size.expected, 1);
    }

    static const Key &key(const Key &k) { return k; }
};

template <class Gc, class Key, class Value>
using michael_map = map_adapter<Key, Value, michael<Gc, Key, Value>>;

} // namespace ferry::bench::libcds
