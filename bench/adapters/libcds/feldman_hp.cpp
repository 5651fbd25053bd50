// SPDX-License-Identifier: BSL-1.0
#include "adapters/catalogue.hpp"
#include "adapters/libcds/runtime.hpp"
#include "runner/subject_of.hpp"

#include <cds/container/feldman_hashmap_hp.h>

#include "adapters/libcds/feldman.hpp"

#include <string>

namespace ferry::bench {

map_entry feldman_hp_entry() {
    return {.name = "feldman-hp",
            .family = "libcds",
            .note = "first array of one slot an element, of 2^8 for growth; the hash is the key; "
                    "assign in place",
            .integers = make_subject<libcds::feldman_map<libcds::hazard_pointers>, std::uint64_t>,
            .paths = nullptr};
}

} // namespace ferry::bench
