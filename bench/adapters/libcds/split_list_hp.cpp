// SPDX-License-Identifier: BSL-1.0
#include "adapters/catalogue.hpp"
#include "adapters/libcds/runtime.hpp"
#include "runner/subject_of.hpp"

#include <cds/container/iterable_list_hp.h>
#include <cds/container/michael_list_hp.h>
#include <cds/container/split_list_map.h>
#include <cds/container/split_list_set.h>

#include "adapters/libcds/split_list.hpp"
#include "adapters/libcds/split_list_items.hpp"

#include <string>

namespace ferry::bench {

map_entry split_list_hp_entry() {
    const form in_place{
        make_subject<libcds::split_list_map<libcds::hazard_pointers, std::uint64_t>, std::uint64_t>,
        make_subject<libcds::split_list_map<libcds::hazard_pointers, std::string>, std::string>};
    return {
        .name = "split-hp",
        .family = "libcds",
        .note = "up to one bucket an element; find-assign: over an iterable list",
        .plain = in_place,
        .replacing =
            {make_subject<libcds::replacing_split_list_set<libcds::hazard_pointers, std::uint64_t>,
                          std::uint64_t>,
             make_subject<libcds::replacing_split_list_set<libcds::hazard_pointers, std::string>,
                          std::string>},
        .storing = in_place};
}

} // namespace ferry::bench
