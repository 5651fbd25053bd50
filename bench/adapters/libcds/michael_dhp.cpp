// SPDX-License-Identifier: BSL-1.0
#include "adapters/entries.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cds/container/iterable_list_dhp.h>
#include <cds/container/michael_kvlist_dhp.h>
#include <cds/container/michael_map.h>
#include <cds/container/michael_set.h>

#include "adapters/libcds/forms.hpp"
#include "adapters/libcds/michael.hpp"
#include "adapters/libcds/michael_items.hpp"

namespace ferry::bench {

namespace {

template <class Key, class Value>
using michael_dhp_map = libcds::michael_map<libcds::dynamic_hazard_pointers, Key, Value>;
template <class Key, class Value>
using michael_dhp_set = libcds::replacing_michael_set<libcds::dynamic_hazard_pointers, Key, Value>;

} // namespace

map_entry michael_dhp_entry() {
    return libcds::entry<michael_dhp_map, michael_dhp_set>(
        "michael-dhp", "one bucket an element from the start, as it cannot grow; replaces values "
                       "over an iterable list");
}

} // namespace ferry::bench
