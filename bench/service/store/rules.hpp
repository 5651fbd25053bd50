// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a change does to an item, as functions without a map. `present` is null if the key is
// absent, or its item has ended. A map may call them again: each call decides anew, and says in
// `result` what the last one has decided.

#include "maps/item_map.hpp"
#include "store/changes.hpp"

#include <cstdint>

namespace ferry::service {

// What an item that is made now gets.
struct stamp {
    std::uint64_t cas;
    std::uint32_t tick;
};

decision write_rule(const item *present, const writing &change, stamp now, written &result);
decision count_rule(const item *present, const counting &change, stamp now, counted_to &result);
decision erase_rule(const item *present, const erasing &change, stamp now, outcome &result);
// `shown` becomes a copy of the item, without the mark that it was won.
decision fetch_rule(const item *present, const fetching &change, stamp now, fetched &result,
                    item &shown);
// `result` becomes a copy of the item.
decision touch_rule(const item *present, std::uint32_t expires, stamp now, item &result);

// What a fetch that changes nothing tells of an item, whose access it notes. False: it has to
// change something, ask fetch_rule.
bool tell_of(const item &present, const fetching &how, std::uint32_t tick, fetched &result);

} // namespace ferry::service
