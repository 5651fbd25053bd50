// SPDX-License-Identifier: BSL-1.0
#include "store/catalogue.hpp"

#include <array>

namespace ferry::service {

std::span<const map_choice> all_maps() {
    static constexpr std::array all{
        map_choice{"ferry", make_ferry_store},
        map_choice{"ferry-strings", make_ferry_strings_store},
        map_choice{"mutex", make_mutex_store},
        map_choice{"shared-mutex", make_shared_mutex_store},
        map_choice{"sharded-64", make_sharded_store},
#ifdef FERRY_SERVICE_ONETBB
        map_choice{"tbb-hash", make_tbb_hash_store},
#endif
#ifdef FERRY_SERVICE_LIBCUCKOO
        map_choice{"libcuckoo", make_libcuckoo_store},
#endif
        map_choice{"null", make_null_store},
    };
    return all;
}

} // namespace ferry::service
