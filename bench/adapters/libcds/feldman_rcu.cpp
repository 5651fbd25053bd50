// SPDX-License-Identifier: BSL-1.0
#include "adapters/catalogue.hpp"
#include "adapters/libcds/runtime.hpp"
#include "runner/subject_of.hpp"

#include <cds/container/feldman_hashmap_rcu.h>
#include <cds/container/feldman_hashset_rcu.h>

#include "adapters/libcds/feldman.hpp"

#include <string>

namespace ferry::bench {

map_entry feldman_rcu_entry() {
    const form in_place{make_subject<libcds::feldman_map<libcds::buffered_rcu>, std::uint64_t>,
                        nullptr};
    return {.name = "feldman-rcu",
            .family = "libcds",
            .note = "one slot an element in the first array, for growth 2^8; the hash is the key; "
                    "no strings",
            .plain = in_place,
            .replacing =
                {make_subject<libcds::replacing_feldman_set<libcds::buffered_rcu>, std::uint64_t>,
                 nullptr},
            .storing = in_place};
}

} // namespace ferry::bench
