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
    return {
        .name = "split-rcu",
        .family = "libcds",
        .note = "grows up to one bucket an element; assign in place",
        .integers = make_subject<libcds::split_list_map<libcds::buffered_rcu, std::uint64_t>,
                                 std::uint64_t>,
        .paths =
            make_subject<libcds::split_list_map<libcds::buffered_rcu, std::string>, std::string>};
}

} // namespace ferry::bench
