// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a map must be able to do to be measured. An adapter is a thin class around one map; it adds
// nothing to an operation that its map's user would not have to write as well.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ferry::bench {

// How many elements the map will hold, for maps that want to know. One that can start small does
// so when it is to be measured growing.
struct sizing {
    std::size_t expected;
    bool from_empty;
};

template <class Map, class Key>
concept measurable_map = std::constructible_from<Map, sizing> &&
    std::default_initializable<typename Map::thread_scope> &&
    requires(Map map, const Key &key, std::uint64_t value) {
    // A copy of the value.
    { map.find(key) } -> std::same_as<std::optional<std::uint64_t>>;
    // false: present, unchanged.
    { map.insert(key, value) } -> std::same_as<bool>;
    // true: inserted; false: the present value was replaced.
    { map.assign(key, value) } -> std::same_as<bool>;
    // false: absent.
    { map.erase(key) } -> std::same_as<bool>;
    // Exact when nobody writes.
    { map.size() } -> std::convertible_to<std::size_t>;
};

// For maps whose threads need not register.
struct no_thread_scope {};

} // namespace ferry::bench
