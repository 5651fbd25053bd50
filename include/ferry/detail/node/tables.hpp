// SPDX-License-Identifier: BSL-1.0
#pragma once

// The tables of this engine: their buckets hold slots that link nodes.

#include "ferry/detail/node/slot.hpp"
#include "ferry/detail/table/table.hpp"

FERRY_ENGINE_BEGIN

using table = basic_table<bucket>;
using geometry = table::geometry;

/// Kinds of what this engine retires.
namespace retired {
inline constexpr detail::retired_kind box{1}; ///< a value's, or a place that was free
inline constexpr detail::retired_kind spare{
    2}; ///< a node that was never linked and served as a box
/// The first value inside a node; its memory is the node's, as is its link word.
inline constexpr detail::retired_kind value = detail::kind_with_shared_link;
/// A dropped node, before its first grace period is over.
inline constexpr detail::retired_kind node = detail::kind_retired_again;
/// A dropped node, before its second.
inline constexpr detail::retired_kind node_again{5};
} // namespace retired

/// What a stripe counts.
struct node_counts {
    detail::counter nodes; ///< linked and not dropped, live or dead
    detail::counter dead;  ///< those of them whose key is absent
    detail::counter boxes; ///< those of them that own a box, or another node that serves as one
};

FERRY_ENGINE_END
