// SPDX-License-Identifier: BSL-1.0
#include "adapters/entries.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cds/container/michael_kvlist_rcu.h>
#include <cds/container/michael_map_rcu.h>

#include "adapters/libcds/forms.hpp"
#include "adapters/libcds/michael.hpp"

namespace ferry::bench {

namespace {

template <class Key, class Value>
using michael_rcu_map = libcds::michael_map<libcds::buffered_rcu, Key, Value>;

} // namespace

map_entry michael_rcu_entry() {
    return libcds::entry<michael_rcu_map>(
        "michael-rcu",
        "one bucket an element from the start, as it cannot grow; cannot replace values");
}

} // namespace ferry::bench
