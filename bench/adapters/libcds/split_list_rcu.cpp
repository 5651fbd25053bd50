// SPDX-License-Identifier: BSL-1.0
#include "adapters/catalogue.hpp"
#include "adapters/libcds/runtime.hpp"
#include "runner/subject_of.hpp"

#include <cds/container/michael_list_rcu.h>
#include <cds/container/split_list_map_rcu.h>

#include "adapters/libcds/split_list.hpp"

#include <string>

namespace ferry::bench {

map_entry split_list_rcu_entry() {
    const form in_place{
        make_subject<libcds::split_list_map<libcds::buffered_rcu, std::uint64_t>, std::uint64_t>,
        make_subject<libcds::split_list_map<libcds::buffered_rcu, std::string>, std::string>};
    return {.name = "split-rcu",
            .family = "libcds",
            .note = "up to one bucket an element; cannot replace values",
            .plain = in_place,
            .replacing = {},
            .storing = in_place};
}

} // namespace ferry::bench
