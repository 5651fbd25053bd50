// SPDX-License-Identifier: BSL-1.0
#include "adapters/catalogue.hpp"
#include "adapters/libcds/runtime.hpp"
#include "runner/subject_of.hpp"

#include <cds/container/michael_kvlist_hp.h>
#include <cds/container/michael_map.h>

#include "adapters/libcds/michael.hpp"

#include <string>

namespace ferry::bench {

map_entry michael_hp_entry() {
    return {
        .name = "michael-hp",
        .family = "libcds",
        .note = "one bucket an element from the start, it cannot grow; assign in place",
        .integers = make_subject<libcds::michael_map<libcds::hazard_pointers, std::uint64_t>,
                                 std::uint64_t>,
        .paths =
            make_subject<libcds::michael_map<libcds::hazard_pointers, std::string>, std::string>};
}

} // namespace ferry::bench
