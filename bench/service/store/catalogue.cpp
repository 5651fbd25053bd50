// SPDX-License-Identifier: BSL-1.0
#include "store/catalogue.hpp"

#include <array>

namespace ferry::service {

std::span<const map_choice> all_maps() {
    static constexpr std::array all{
        map_choice{"ferry", make_ferry_store},
    };
    return all;
}

} // namespace ferry::service
