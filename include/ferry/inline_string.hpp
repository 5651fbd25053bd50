// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::inline_string: as the Key of concurrent_map or concurrent_set, strings whose characters
// stand in the map's nodes, behind the value.
//
//   ferry::concurrent_map<ferry::inline_string, int> stock;
//   stock.insert("apple", 3);
//
// A lookup in a map of std::string reads the slot, the node and the characters, which may be
// anywhere. Here they follow their node, and an insertion allocates once. Short strings gain
// little: a std::string of up to 15 characters has them in itself. Such a map is like one of
// std::string otherwise, except that
//
//   - Its key_type is std::string_view. Calls take whatever converts to that and copy the
//     characters into the node. Handles, callbacks, items() and iterations show views by value. A
//     view is valid as long as a reference to a key would be: while its guard or handle lives, or
//     until the callback returns. find(key, guard) of a set gives a std::optional of a view.
//   - snapshot() copies keys into std::string.
//   - Hash and KeyEqual take std::string_view.
//   - The allocator is asked for several objects of a type that is as large as its alignment, which
//     is the node's, and gets as many back. It constructs no keys.
//   - map_stats::node_bytes and retired_bytes leave the characters out, as they leave out those of
//     a std::string.
//   - Deduction from pairs of strings gives a map of strings: name the Key.
//
// Keys may be empty, and may contain any characters.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include "ferry/hash.hpp"

#include <string_view>

FERRY_BEGIN

/// Names a kind of keys. There are no objects of it.
struct inline_string {
    inline_string() = delete;
};

FERRY_END

namespace ferry {

/// The hash of the view.
template <>
struct hash<inline_string> : hash<std::string_view> {
    using hash<std::string_view>::hash;
};

} // namespace ferry

#endif
