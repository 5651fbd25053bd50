// SPDX-License-Identifier: BSL-1.0
#include "maps/ferry.hpp"
#include "store/catalogue.hpp"
#include "store/store_of.hpp"

namespace ferry::service {

std::unique_ptr<store> make_ferry_store(std::size_t memory_limit) {
    return std::make_unique<store_of<ferry_items<std::string>>>(memory_limit);
}

std::unique_ptr<store> make_ferry_strings_store(std::size_t memory_limit) {
    return std::make_unique<store_of<ferry_items<ferry::inline_string>>>(memory_limit);
}

} // namespace ferry::service
