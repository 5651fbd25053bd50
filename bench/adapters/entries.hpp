// SPDX-License-Identifier: BSL-1.0
#pragma once

// What each adapter's file defines.

#include "adapters/map_entry.hpp"

namespace ferry::bench {

map_entry ferry_entry();
map_entry ferry_strings_entry();
map_entry ferry_flat_entry();
map_entry ferry_reserved_entry();
map_entry ferry_flat_reserved_entry();
map_entry ferry_huge_entry();

// libcds
map_entry michael_hp_entry();
map_entry michael_dhp_entry();
map_entry michael_rcu_entry();
map_entry split_list_hp_entry();
map_entry split_list_dhp_entry();
map_entry split_list_rcu_entry();
map_entry feldman_hp_entry();
map_entry feldman_dhp_entry();
map_entry feldman_rcu_entry();
map_entry striped_entry();
map_entry cuckoo_entry();

// other libraries
map_entry boost_flat_entry();
map_entry boost_node_entry();
map_entry tbb_hash_entry();
map_entry tbb_unordered_entry();
map_entry libcuckoo_entry();
map_entry vyukov_entry();
map_entry harris_michael_entry();
map_entry lfht_entry();
map_entry ck_entry();

// by hand
map_entry mutex_entry();
map_entry shared_mutex_entry();
map_entry sharded_16_entry();
map_entry sharded_64_entry();
map_entry snapshot_entry();
map_entry channel_entry();
map_entry sync_map_entry();
map_entry fixed_table_entry();

map_entry null_entry();
map_entry null_nodes_entry();
map_entry broken_entry();

} // namespace ferry::bench
