// SPDX-License-Identifier: BSL-1.0
#include "adapters/entries.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cds/container/iterable_list_hp.h>
#include <cds/container/michael_kvlist_hp.h>
#include <cds/container/michael_map.h>
#include <cds/container/michael_set.h>

#include "adapters/libcds/forms.hpp"
#include "adapters/libcds/michael.hpp"
#include "adapters/libcds/michael_items.hpp"

namespace ferry::bench {

namespace {

template <class Key, class Value>
using michael_hp_map = libcds::michael_map<libcds::hazard_pointers, Key, Value>;
template <class Key, class Value>
using michael_hp_set = libcds::replacing_michael_set<libcds::hazard_pointers, Key, Value>;

} // namespace

map_entry michael_hp_entry() {
    return libcds::entry<michael_hp_map, michael_hp_set>(
        "michael-hp", "one bucket an element from the start, as it cannot grow; replaces values "
                      "over an iterable list");
}

} // namespace ferry::bench
