// SPDX-License-Identifier: BSL-1.0
#pragma once

// SplitListSet over IterableList: the form of SplitListMap in which values are replaced.

#include "adapters/libcds/replacing.hpp"

#include <utility>

namespace ferry::bench::libcds {

template <class Key, class Value>
struct split_list_set_traits : cds::container::split_list::traits {
    using hash = item_hash<Key, Value>;
    using item_counter = cds::atomicity::cache_friendly_item_counter;
    using ordered_list = cds::container::iterable_list_tag;
    struct ordered_list_traits : cds::container::iterable_list::traits {
        using compare = item_compare<Key, Value>;
    };
};

template <class Gc, class Key, class Value>
struct split_list_items {
    using set =
        cds::container::SplitListSet<Gc, item<Key, Value>, split_list_set_traits<Key, Value>>;

    static std::unique_ptr<set> make(sizing size) {
        return std::make_unique<set>(size.expected, 1);
    }
    static bool replace(set &s, item<Key, Value> &&i) { return s.upsert(std::move(i)).second; }
    static const Key &key(const Key &k) { return k; }
};

template <class Gc, class Key, class Value>
using replacing_split_list_set = set_adapter<Key, Value, split_list_items<Gc, Key, Value>>;

} // namespace ferry::bench::libcds
