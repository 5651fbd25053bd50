// SPDX-License-Identifier: BSL-1.0
#include "adapters/catalogue.hpp"

#include "adapters/entries.hpp"

#include <initializer_list>

namespace ferry::bench {

const std::vector<map_entry> &catalogue() {
    static const std::vector<map_entry> entries = [] {
        std::vector<map_entry> list{ferry_entry(), ferry_strings_entry(), ferry_flat_entry()};
        const auto add = [&list](std::initializer_list<map_entry> more) {
            list.insert(list.end(), more);
        };
#ifdef FERRY_BENCH_LIBCDS
        add({michael_hp_entry(), michael_dhp_entry(), michael_rcu_entry()});
        add({split_list_hp_entry(), split_list_dhp_entry(), split_list_rcu_entry()});
        add({feldman_hp_entry(), feldman_dhp_entry(), feldman_rcu_entry()});
        add({striped_entry(), cuckoo_entry()});
#endif
#ifdef FERRY_BENCH_BOOST_1_83
        add({boost_flat_entry()});
#endif
#ifdef FERRY_BENCH_BOOST_1_84
        add({boost_node_entry()});
#endif
#ifdef FERRY_BENCH_ONETBB
        add({tbb_hash_entry(), tbb_unordered_entry()});
#endif
#ifdef FERRY_BENCH_LIBCUCKOO
        add({libcuckoo_entry()});
#endif
#ifdef FERRY_BENCH_XENIUM
        add({vyukov_entry(), harris_michael_entry()});
#endif
#ifdef FERRY_BENCH_USERSPACE_RCU
        add({lfht_entry()});
#endif
#ifdef FERRY_BENCH_CONCURRENCY_KIT
        add({ck_entry()});
#endif
        add({mutex_entry(), shared_mutex_entry(), sharded_16_entry(), sharded_64_entry()});
        add({snapshot_entry(), channel_entry(), sync_map_entry(), fixed_table_entry()});
        add({null_entry(), null_nodes_entry(), broken_entry()});
        add({ferry_reserved_entry(), ferry_flat_reserved_entry(), ferry_huge_entry()});
        return list;
    }();
    return entries;
}

} // namespace ferry::bench
