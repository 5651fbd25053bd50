// SPDX-License-Identifier: BSL-1.0
#include "maps/locked.hpp"
#include "store/catalogue.hpp"
#include "store/store_of.hpp"

namespace ferry::service {

std::unique_ptr<store> make_mutex_store(std::size_t memory_limit) {
    return std::make_unique<store_of<locked_items<std::mutex>>>(memory_limit);
}

} // namespace ferry::service
