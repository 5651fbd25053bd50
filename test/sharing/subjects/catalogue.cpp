// SPDX-License-Identifier: BSL-1.0
#include "subjects/catalogue.hpp"

#include "adapters/entries.hpp"
#include "subjects/ferry_parts.hpp"

namespace ferry::sharing {

namespace {

bench::map_entry with_parts(bench::map_entry map, part_finder parts) {
    map.parts = parts;
    return map;
}

std::vector<bench::map_entry> all_maps() {
    using namespace bench;
    std::vector<map_entry> all{with_parts(ferry_entry(), part_of_nodes_map),
                               with_parts(ferry_flat_entry(), part_of_flat_map),
                               mutex_entry(),
                               shared_mutex_entry(),
                               sharded_64_entry(),
                               snapshot_entry(),
                               sync_map_entry(),
                               fixed_table_entry()};
#ifdef FERRY_SHARING_TBB
    all.push_back(tbb_hash_entry());
    all.push_back(tbb_unordered_entry());
#endif
#ifdef FERRY_SHARING_LIBCUCKOO
    all.push_back(libcuckoo_entry());
#endif
#ifdef FERRY_SHARING_XENIUM
    all.push_back(vyukov_entry());
    all.push_back(harris_michael_entry());
#endif
#ifdef FERRY_SHARING_LIBCDS
    all.push_back(michael_hp_entry());
    all.push_back(split_list_hp_entry());
    all.push_back(feldman_hp_entry());
#endif
    return all;
}

} // namespace

const std::vector<bench::map_entry> &catalogue() {
    static const std::vector<bench::map_entry> all = all_maps();
    return all;
}

const bench::map_entry *map_named(std::string_view name) {
    for (const auto &each : catalogue())
        if (each.name == name)
            return &each;
    return nullptr;
}

} // namespace ferry::sharing
