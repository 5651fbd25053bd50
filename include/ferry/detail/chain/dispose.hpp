// SPDX-License-Identifier: BSL-1.0
#pragma once

// Ends what a map retired: tables here, all else in the engine.

#include "ferry/detail/chain/engine.hpp"
#include "ferry/detail/table/table.hpp"

FERRY_ENGINE_BEGIN

/// Gives back a piece of a table that no thread can use any more. True: it was the last piece.
template <map_engine Core>
bool free_table_piece(Core &core, typename Core::table &old) noexcept {
    const std::size_t before = old.bytes_left();
    const bool gone = Core::table::free_piece(&old);
    const std::size_t freed = gone ? before : before - old.bytes_left();
    core.settings().table_bytes_retired.add(-static_cast<std::int64_t>(freed));
    return gone;
}

/// Calls `end(item)` for everything that a map retired. No thread uses the map any more.
template <class Core, class End>
void end_garbage(Core &core, End &&end) noexcept {
    core.stripes().for_each([&](auto &each) { each.garbage.take_everything(end); });
    if (auto *const old_tables = core.settings().old_tables()) {
        old_tables->take_everything(end);
    }
}

/// A function that ends an expired item, or a piece of it. It returns false if more of the item is
/// left.
template <map_engine Core>
auto disposer(Core &core, detail::thread_record &self) noexcept {
    return [&core, &self](detail::retired_item item) noexcept {
        if (item.kind() == retired::table) {
            return free_table_piece(core, *Core::table::of_garbage_link(item.link()));
        }
        core.dispose(self, item);
        return true;
    };
}

FERRY_ENGINE_END
