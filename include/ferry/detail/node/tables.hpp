// SPDX-License-Identifier: BSL-1.0
#pragma once

// The tables of this engine: their buckets hold slots that link nodes.

#include "ferry/detail/node/slot.hpp"
#include "ferry/detail/table/table.hpp"

FERRY_ENGINE_BEGIN

using table = basic_table<bucket>;
using geometry = table::geometry;

/// The kinds of objects that this engine retires.
namespace retired {
inline constexpr detail::retired_kind box{1}; ///< a box, with a value or free
inline constexpr detail::retired_kind spare{
    2}; ///< a node that was never linked and served as a box
/// The first value inside a node. Its memory and its link word belong to the node.
inline constexpr detail::retired_kind value = detail::kind_with_shared_link;
/// A dropped node in its first grace period.
inline constexpr detail::retired_kind node = detail::kind_retired_again;
/// A dropped node in its second grace period.
inline constexpr detail::retired_kind node_again{5};
} // namespace retired

/// The counters of a stripe.
struct node_counts {
    detail::counter nodes;  ///< nodes that are linked and not dropped, live or dead
    detail::counter dead;   ///< those of them whose key is absent
    detail::counter erased; ///< how often a key was erased
    detail::counter boxes;  ///< those of them that own a box, or another node that serves as one
};

FERRY_ENGINE_END
