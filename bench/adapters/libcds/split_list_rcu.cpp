// SPDX-License-Identifier: BSL-1.0
#include "adapters/entries.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cds/container/michael_list_rcu.h>
#include <cds/container/split_list_map_rcu.h>

#include "adapters/libcds/forms.hpp"
#include "adapters/libcds/split_list.hpp"

namespace ferry::bench {

namespace {

template <class Key, class Value>
using split_list_rcu_map = libcds::split_list_map<libcds::buffered_rcu, Key, Value>;

} // namespace

map_entry split_list_rcu_entry() {
    return libcds::entry<split_list_rcu_map>("split-rcu",
                                             "up to one bucket an element; cannot replace values");
}

} // namespace ferry::bench
