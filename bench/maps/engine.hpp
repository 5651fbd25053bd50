// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which of ferry's two engines a map of ferry runs on. Its name says so, in results too.

#include <string_view>

namespace ferry::bench {

enum class engine {
    nodes, // concurrent_map
    flat   // concurrent_flat_map
};

// Of a map of the family `ferry`: `ferry-flat` and its variants, such as `ferry-flat-reserved`, are
// flat. report/page/data.js has the same rule.
constexpr engine engine_of(std::string_view map) {
    constexpr std::string_view flat = "ferry-flat";
    const bool is_flat =
        map.starts_with(flat) && (map.size() == flat.size() || map[flat.size()] == '-');
    return is_flat ? engine::flat : engine::nodes;
}

} // namespace ferry::bench
