// SPDX-License-Identifier: BSL-1.0
#include "adapters/catalogue.hpp"
#include "adapters/libcds/runtime.hpp"
#include "runner/subject_of.hpp"

#include <cds/container/iterable_list_hp.h>
#include <cds/container/michael_kvlist_hp.h>
#include <cds/container/michael_map.h>
#include <cds/container/michael_set.h>

#include "adapters/libcds/michael.hpp"
#include "adapters/libcds/michael_items.hpp"

#include <string>

namespace ferry::bench {

map_entry michael_hp_entry() {
    const form in_place{
        make_subject<libcds::michael_map<libcds::hazard_pointers, std::uint64_t>, std::uint64_t>,
        make_subject<libcds::michael_map<libcds::hazard_pointers, std::string>, std::string>};
    return {.name = "michael-hp",
            .family = "libcds",
            .note = "one bucket an element from the start, as it cannot grow; find-assign: over an "
                    "iterable list",
            .plain = in_place,
            .replacing =
                {make_subject<libcds::replacing_michael_set<libcds::hazard_pointers, std::uint64_t>,
                              std::uint64_t>,
                 make_subject<libcds::replacing_michael_set<libcds::hazard_pointers, std::string>,
                              std::string>},
            .storing = in_place};
}

} // namespace ferry::bench
