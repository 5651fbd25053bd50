// SPDX-License-Identifier: BSL-1.0
#include "maps/sharded.hpp"
#include "store/catalogue.hpp"
#include "store/store_of.hpp"

namespace ferry::service {

std::unique_ptr<store> make_sharded_store(std::size_t memory_limit) {
    return std::make_unique<store_of<sharded_items<64>>>(memory_limit);
}

} // namespace ferry::service
