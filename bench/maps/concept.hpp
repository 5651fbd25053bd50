// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a map must be able to do to be measured. An adapter is a thin class around one map; it adds
// nothing to an operation that its map's user would not have to write as well.

#include <concepts>
#include <cstddef>
#include <optional>

namespace ferry::bench {

// How many elements the map will hold, for maps that want to know. One that can start small does
// so when it is to be measured growing.
struct sizing {
    std::size_t expected;
    bool from_empty;
};

// thread_scope: each thread that uses the map has one, as long as it does.
template <class Map, class Key, class Value>
concept measurable_map = std::constructible_from<Map, sizing> &&
    std::default_initializable<typename Map::thread_scope> &&
    requires(Map map, const Key &key, const Value &value) {
    // A copy of the value.
    { map.find(key) } -> std::same_as<std::optional<Value>>;
    // false: present, unchanged.
    { map.insert(key, value) } -> std::same_as<bool>;
    // Exact when nobody writes.
    { map.size() } -> std::convertible_to<std::size_t>;
};

// What some maps can do beyond that.

template <class Map, class Key>
concept erasing_map = requires(Map map, const Key &key) {
    // false: absent.
    { map.erase(key) } -> std::same_as<bool>;
};

template <class Map, class Key, class Value>
concept assigning_map = requires(Map map, const Key &key, const Value &value) {
    // true: inserted; false: the present value was replaced, or stored into.
    { map.assign(key, value) } -> std::same_as<bool>;
};

// The values are numbers that count.
template <class Map, class Key>
concept counting_map = requires(Map map, const Key &key) {
    // Adds one to the key's value, which is 1 if the key was absent. No addition is lost.
    { map.add(key) } -> std::same_as<void>;
};

// Insertion while nobody else uses the map, for maps in which insertion takes so long that filling
// them would never end.
template <class Map, class Key, class Value>
concept loadable_map = requires(Map map, const Key &key, const Value &value) {
    map.load(key, value);
};

// Gives back the memory that erased elements left, as far as the map can, while nobody else uses
// it.
template <class Map>
concept shrinking_map = requires(Map map) {
    map.shrink();
};

// Declared by maps whose operations may take milliseconds: each is counted as it ends.
template <class Map>
concept slow_map = requires {
    typename Map::is_slow;
};

// Declared by the map that does nothing: nothing it says is checked.
template <class Map>
concept empty_handed_map = requires {
    typename Map::holds_nothing;
};

// For maps whose threads need not register.
struct no_thread_scope {};

} // namespace ferry::bench
