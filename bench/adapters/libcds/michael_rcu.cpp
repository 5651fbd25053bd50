// SPDX-License-Identifier: BSL-1.0
#include "adapters/catalogue.hpp"
#include "adapters/libcds/runtime.hpp"
#include "runner/subject_of.hpp"

#include <cds/container/michael_kvlist_rcu.h>
#include <cds/container/michael_map_rcu.h>

#include "adapters/libcds/michael.hpp"

#include <string>

namespace ferry::bench {

map_entry michael_rcu_entry() {
    return {
        .name = "michael-rcu",
        .family = "libcds",
        .note = "one bucket an element from the start, it cannot grow; assign in place",
        .integers =
            make_subject<libcds::michael_map<libcds::buffered_rcu, std::uint64_t>, std::uint64_t>,
        .paths = make_subject<libcds::michael_map<libcds::buffered_rcu, std::string>, std::string>};
}

} // namespace ferry::bench
