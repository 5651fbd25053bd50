// SPDX-License-Identifier: BSL-1.0
#include "adapters/entries.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cds/container/feldman_hashmap_dhp.h>
#include <cds/container/feldman_hashset_dhp.h>

#include "adapters/libcds/feldman.hpp"

namespace ferry::bench {

map_entry feldman_dhp_entry() {
    return libcds::feldman_entry<libcds::dynamic_hazard_pointers>("feldman-dhp");
}

} // namespace ferry::bench
