// SPDX-License-Identifier: BSL-1.0
#include "adapters/catalogue.hpp"

namespace ferry::bench {

const std::vector<map_entry> &catalogue() {
    static const std::vector<map_entry> entries{
        ferry_entry(),
#ifdef FERRY_BENCH_LIBCDS
        michael_hp_entry(),     michael_rcu_entry(), split_list_hp_entry(),
        split_list_rcu_entry(), feldman_hp_entry(),  feldman_rcu_entry(),
#endif
        mutex_entry(),
    };
    return entries;
}

} // namespace ferry::bench
