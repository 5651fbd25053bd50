// SPDX-License-Identifier: BSL-1.0
#include "adapters/entries.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cds/container/feldman_hashmap_rcu.h>
#include <cds/container/feldman_hashset_rcu.h>

#include "adapters/libcds/feldman.hpp"

namespace ferry::bench {

map_entry feldman_rcu_entry() { return libcds::feldman_entry<libcds::buffered_rcu>("feldman-rcu"); }

} // namespace ferry::bench
