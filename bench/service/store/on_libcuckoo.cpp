// SPDX-License-Identifier: BSL-1.0
#include "maps/libcuckoo.hpp"
#include "store/catalogue.hpp"
#include "store/store_of.hpp"

namespace ferry::service {

std::unique_ptr<store> make_libcuckoo_store(std::size_t memory_limit) {
    return std::make_unique<store_of<libcuckoo_items>>(memory_limit);
}

} // namespace ferry::service
