// SPDX-License-Identifier: BSL-1.0
#include "maps/tbb_hash.hpp"
#include "store/catalogue.hpp"
#include "store/store_of.hpp"

namespace ferry::service {

std::unique_ptr<store> make_tbb_hash_store(std::size_t memory_limit) {
    return std::make_unique<store_of<tbb_hash_items>>(memory_limit);
}

} // namespace ferry::service
