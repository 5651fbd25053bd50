// SPDX-License-Identifier: BSL-1.0
#pragma once

// SplitListMap: one lock-free ordered list with a table of shortcuts into it. The table starts with
// two entries and doubles as elements come; how far is fixed at construction: to one element a
// bucket here.

#include "adapters/hash.hpp"
#include "adapters/libcds/map.hpp"

namespace ferry::bench::libcds {

template <class Key>
struct split_list_traits : cds::container::split_list::traits {
    using hash = fixed_hash<Key>;
    using item_counter = cds::atomicity::cache_friendly_item_counter;
    using ordered_list = cds::container::michael_list_tag;
    struct ordered_list_traits : cds::container::michael_list::traits {
        using compare = libcds::compare;
    };
};

template <class Gc, class Key, class Value>
struct split_list {
    using map = cds::container::SplitListMap<Gc, Key, Value, split_list_traits<Key>>;

    static std::unique_ptr<map> make(sizing size) {
        return std::make_unique<map>(size.expected, 1);
    }

    static const Key &key(const Key &k) { return k; }
};

template <class Gc, class Key, class Value>
using split_list_map = map_adapter<Key, Value, split_list<Gc, Key, Value>>;

} // namespace ferry::bench::libcds
