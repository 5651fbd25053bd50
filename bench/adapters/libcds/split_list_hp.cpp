// SPDX-License-Identifier: BSL-1.0
#include "adapters/entries.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cds/container/iterable_list_hp.h>
#include <cds/container/michael_list_hp.h>
#include <cds/container/split_list_map.h>
#include <cds/container/split_list_set.h>

#include "adapters/libcds/forms.hpp"
#include "adapters/libcds/split_list.hpp"
#include "adapters/libcds/split_list_items.hpp"

namespace ferry::bench {

namespace {

template <class Key, class Value>
using split_list_hp_map = libcds::split_list_map<libcds::hazard_pointers, Key, Value>;
template <class Key, class Value>
using split_list_hp_set = libcds::replacing_split_list_set<libcds::hazard_pointers, Key, Value>;

} // namespace

map_entry split_list_hp_entry() {
    return libcds::entry<split_list_hp_map, split_list_hp_set>(
        "split-hp", "up to one bucket an element; replaces values over an iterable list");
}

} // namespace ferry::bench
