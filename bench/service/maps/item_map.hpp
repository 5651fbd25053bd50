// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the store needs of a map from keys to items. Every map of the server is a class like this,
// and all that the server does differently with another map is in it.

#include "maps/item.hpp"

#include <ferry/compute.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ferry::service {

// How many elements a sample should have.
inline constexpr std::size_t enough_to_choose_from = 16;

// What a change answers: ferry::keep (as it is, present or absent), ferry::erase, or a new item.
using decision = ferry::compute_decision<item>;

namespace item_map_roles {
struct reader {
    void operator()(const item &) const;
};
struct many_reader {
    void operator()(std::size_t index, const item &) const;
};
struct changer {
    decision operator()(const item *present) const;
};
struct walker {
    void operator()(std::string_view key, const item &) const;
};
} // namespace item_map_roles

// Many threads use a map at once. References are valid during the call of `f` only. `f` must not
// call the map.
//
//   visit(key, f)        calls f(item) if the key is present, and returns whether it is
//   visit_many(keys, f)  calls f(index, item) for those that are present, in order
//   compute(key, f)      calls f(pointer to the item, or null) and does what it answers, in one
//                        step; f may be called again, the last answer counts
//   sample(random, f)    calls f(key, item) for at least 16 elements from a place of chance on, but
//                        no more than some dozens; fewer if the map is nearly empty. It goes on to
//                        neighbouring places until it has enough: in a sample of one element,
//                        eviction would take that element even if it was just used.
//   scan(part, parts, f) calls f(key, item) for a part of all elements; all parts from 0 on make
//                        one walk, which may miss or repeat what changes meanwhile
//   size()               about how many elements there are
//   stats(line)          calls line(name, value) for each statistic of the map
//   idle()               does work that the map leaves to a background thread
//
// A type member `holds_nothing` says that the map stores nothing: its items take no memory.
template <class Map>
concept item_map = std::default_initializable<Map> &&
    requires(Map &map, std::string_view key, std::span<const std::string_view> keys,
             std::uint64_t random, std::size_t part, item_map_roles::reader reader,
             item_map_roles::many_reader many_reader, item_map_roles::changer changer,
             item_map_roles::walker walker, void (*line)(std::string_view, const std::string &)) {
    { map.visit(key, reader) } -> std::same_as<bool>;
    map.visit_many(keys, many_reader);
    map.compute(key, changer);
    map.sample(random, walker);
    map.scan(part, part, walker);
    { map.size() } -> std::same_as<std::size_t>;
    map.stats(line);
    map.idle();
};

} // namespace ferry::service
