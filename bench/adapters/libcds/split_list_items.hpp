// SPDX-License-Identifier: BSL-1.0
#pragma once

// SplitListSet over IterableList: the form of SplitListMap in which values are replaced.

#include "adapters/libcds/replacing.hpp"

namespace ferry::bench::libcds {

template <class Key>
struct split_list_set_traits : cds::container::split_list::traits {
    using hash = item_hash<Key>;
    using item_counter = cds::atomicity::cache_friendly_item_counter;
    using ordered_list = cds::container::iterable_list_tag;
    struct ordered_list_traits : cds::container::iterable_list::traits {
        using compare = item_compare<Key>;
    };
};

template <class Gc, class Key>
struct split_list_items {
    using set = cds::container::SplitListSet<Gc, item<Key>, split_list_set_traits<Key>>;

    static std::unique_ptr<set> make(sizing size) {
        return std::make_unique<set>(size.expected, 1);
    }
    static bool replace(set &s, const item<Key> &i) { return s.upsert(i).second; }
    static const Key &key(const Key &k) { return k; }
};

template <class Gc, class Key>
using replacing_split_list_set = set_adapter<Key, split_list_items<Gc, Key>>;

} // namespace ferry::bench::libcds
