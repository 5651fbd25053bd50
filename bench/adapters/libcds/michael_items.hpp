// SPDX-License-Identifier: BSL-1.0
#pragma once

// MichaelHashSet over IterableList: the form of MichaelHashMap in which values are replaced.

#include "adapters/libcds/replacing.hpp"

namespace ferry::bench::libcds {

template <class Key>
struct michael_items_traits : cds::container::iterable_list::traits {
    using compare = item_compare<Key>;
};

template <class Key>
struct michael_set_traits : cds::container::michael_set::traits {
    using hash = item_hash<Key>;
    using item_counter = cds::atomicity::cache_friendly_item_counter;
};

template <class Gc, class Key>
struct michael_items {
    using list = cds::container::IterableList<Gc, item<Key>, michael_items_traits<Key>>;
    using set = cds::container::MichaelHashSet<Gc, list, michael_set_traits<Key>>;

    static std::unique_ptr<set> make(sizing size) {
        return std::make_unique<set>(size.expected, 1);
    }
    static bool replace(set &s, const item<Key> &i) { return s.upsert(i).second; }
    static const Key &key(const Key &k) { return k; }
};

template <class Gc, class Key>
using replacing_michael_set = set_adapter<Key, michael_items<Gc, Key>>;

} // namespace ferry::bench::libcds
