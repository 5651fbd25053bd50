// SPDX-License-Identifier: BSL-1.0
#pragma once

// MichaelHashSet over IterableList: the form of MichaelHashMap in which values are replaced.

#include "adapters/libcds/replacing.hpp"

#include <utility>

namespace ferry::bench::libcds {

template <class Key, class Value>
struct michael_items_traits : cds::container::iterable_list::traits {
    using compare = item_compare<Key, Value>;
};

template <class Key, class Value>
struct michael_set_traits : cds::container::michael_set::traits {
    using hash = item_hash<Key, Value>;
    using item_counter = cds::atomicity::cache_friendly_item_counter;
};

template <class Gc, class Key, class Value>
struct michael_items {
    using list =
        cds::container::IterableList<Gc, item<Key, Value>, michael_items_traits<Key, Value>>;
    using set = cds::container::MichaelHashSet<Gc, list, michael_set_traits<Key, Value>>;

    static std::unique_ptr<set> make(sizing size) {
        return std::make_unique<set>(size.expected, 1);
    }
    static bool replace(set &s, item<Key, Value> &&i) { return s.upsert(std::move(i)).second; }
    static const Key &key(const Key &k) { return k; }
};

template <class Gc, class Key, class Value>
using replacing_michael_set = set_adapter<Key, Value, michael_items<Gc, Key, Value>>;

} // namespace ferry::bench::libcds
