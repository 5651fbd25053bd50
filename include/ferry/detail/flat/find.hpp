// SPDX-License-Identifier: BSL-1.0
#pragma once

// Looking a key up.
//
// Most lookups end in the home bucket of the root:
//
//   a lane is LIVE(k)        The value is loaded after the lane, and is the result (F1).
//                            LP: that load, or the erasure or freezing that came in between.
//   the last cell is EMPTY   When it was loaded, after the lanes, nothing in the bucket was or had
//                            been frozen (F2), so k was in no later table. Each lane is one untorn
//                            load of its cell's key word (flat/probe.hpp). The only cell that k can
//                            have here did not have LIVE(k).
//                            LP: the load of that cell's lane, or of the first EMPTY lane.
//   the last cell has neither OVER nor FROZEN
//                            The same: k is in no later bucket or table (F3).
//   the last cell is LIVE(k) with OVER
//                            As a lane that is LIVE(k).
//
// Progress: bounded by the paths of the chain; no store to shared memory. A lookup that had to go
// on in the next table helps the migration after its own result is decided.

#include "ferry/detail/chain/help.hpp"
#include "ferry/detail/flat/operation.hpp"
#include "ferry/detail/flat/probe.hpp"

FERRY_ENGINE_BEGIN

/// A key's state as a walk through the chain found it.
struct seen_key {
    bool live = false;
    std::uint64_t value = 0;
};

/// Looks for a key on its path in each table from `at` on. `seen` is what an earlier table's frozen
/// cell said. Returns the table in which the search ended. LP:
///   an unfrozen cell of the key        the load of its value or word
///   EMPTY, no OVER, or the chain's end that load. The frozen state was still the key's state: any
///                                      change of it comes after the key has a cell here (F4)
inline cell_table *look_further(cell_table *at, std::uint64_t hash, seen_key &seen) noexcept {
    for (;; at = at->next()) {
        bool ends = false;
        bool goes_on = false;
        for (cell_path path(*at, hash); !path.ended() && !ends && !goes_on; path.advance()) {
            for (const cell &each : path.bucket().cells) {
                const cell_word word = each.load();
                if (word.is_empty()) {
                    ends = true;
                } else if (word.is_sealed()) {
                    goes_on = true;
                } else if (word.is_for(path.body())) {
                    seen = {word.is_live(), each.value()};
                    (word.is_frozen() ? goes_on : ends) = true;
                } else {
                    continue;
                }
                break;
            }
            if (!ends && !goes_on && &path.bucket() == at->home(hash)) {
                const cell_word last = path.bucket().last().load();
                ends = !last.is_over() && !last.is_frozen();
            }
        }
        if (ends || at->next() == nullptr) {
            return at;
        }
    }
}

/// Looks up a key when its home bucket in `root` does not decide the result. Out of line, so that
/// find() needs few registers.
template <class Core>
[[gnu::noinline]] seen_key find_further(Core &core, detail::thread_record &self, cell_table &root,
                                        std::uint64_t hash) noexcept {
    seen_key seen;
    cell_table *const end = engine::look_further(&root, hash, seen);
    if (end != &root) {
        engine::help_after_lookup(core, self, root);
    }
    return seen;
}

template <class Core>
inline found_copy<Core> flat_operation<Core>::find() const {
    cell_table *const root = core.root();
    const std::uint64_t body = cell_path::body_at_home(*root, hash);
    const cell_bucket &home = *root->home(hash);
    const auto match = cells_view(home).matches(cell_word::live(body));
    if (!match.empty()) [[likely]] {
        return {core, hash, match.first_in(home).value()};
    }
    const cell_word last = home.last().load(); // after the lanes
    if (!last.is_over() && !last.is_frozen()) [[likely]] {
        return {};
    }
    if (last.without_over() == cell_word::live(body)) {
        return {core, hash, home.last().value()};
    }
    const seen_key seen = engine::find_further(core, self, *root, hash);
    return seen.live ? found_copy<Core>(core, hash, seen.value) : found_copy<Core>();
}

FERRY_ENGINE_END
