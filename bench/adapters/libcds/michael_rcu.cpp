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
    const form in_place{
        make_subject<libcds::michael_map<libcds::buffered_rcu, std::uint64_t>, std::uint64_t>,
        make_subject<libcds::michael_map<libcds::buffered_rcu, std::string>, std::string>};
    return {.name = "michael-rcu",
            .family = "libcds",
            .note =
                "one bucket an element from the start, as it cannot grow; cannot replace values",
            .plain = in_place,
            .replacing = {},
            .storing = in_place};
}

} // namespace ferry::bench
