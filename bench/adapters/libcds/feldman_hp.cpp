// SPDX-License-Identifier: BSL-1.0
#include "adapters/entries.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cds/container/feldman_hashmap_hp.h>
#include <cds/container/feldman_hashset_hp.h>

#include "adapters/libcds/feldman.hpp"

namespace ferry::bench {

map_entry feldman_hp_entry() {
    return libcds::feldman_entry<libcds::hazard_pointers>("feldman-hp");
}

} // namespace ferry::bench
