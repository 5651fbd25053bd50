// SPDX-License-Identifier: BSL-1.0
#include "adapters/entries.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cds/container/iterable_list_dhp.h>
#include <cds/container/michael_list_dhp.h>
#include <cds/container/split_list_map.h>
#include <cds/container/split_list_set.h>

#include "adapters/libcds/forms.hpp"
#include "adapters/libcds/split_list.hpp"
#include "adapters/libcds/split_list_items.hpp"

namespace ferry::bench {

namespace {

template <class Key, class Value>
using split_list_dhp_map = libcds::split_list_map<libcds::dynamic_hazard_pointers, Key, Value>;
template <class Key, class Value>
using split_list_dhp_set =
    libcds::replacing_split_list_set<libcds::dynamic_hazard_pointers, Key, Value>;

} // namespace

map_entry split_list_dhp_entry() {
    return libcds::entry<split_list_dhp_map, split_list_dhp_set>(
        "split-dhp", "up to one bucket an element; replaces values over an iterable list");
}

} // namespace ferry::bench
