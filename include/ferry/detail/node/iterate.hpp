// SPDX-License-Identifier: BSL-1.0
#pragma once

// Iteration, by ranges of hashes (chain/cursor.hpp).
//
//   root   | home b ............ |      the nodes with home b stand on b's path and, if that met
//   next   | home 2b | home 2b+1 |      SEALED or its end, on the paths of the homes of the next
//                                       table that b covers (one, several, or a part of one)
//
//   I1  A key that is present throughout is seen exactly once. In some table of the chain its link
//       stands on its path before the first EMPTY slot, which only moves forward (P1). A node that
//       an earlier table of the walk links on its path is skipped.
//   I2  A key that was never present is never seen.
//   I3  A key that is erased and inserted again meanwhile is seen at most once for each of its
//       nodes: twice if its first node was dropped in between.
//   I4  A key that is present when a walk begins is linked then in a table that is in the chain
//       then, and stays linked there. So later tables need no look, and the walk ends however fast
//       other threads chain tables.
//
// Progress: a step is bounded by the paths it walks, in the tables of the chain.

#include "ferry/detail/chain/cursor.hpp"
#include "ferry/detail/node/erase.hpp"

FERRY_ENGINE_BEGIN

/// Whether a table of the chain, from `first` to the one before `before`, links `link` on its path.
inline bool linked_earlier(const table &first, const table &before, slot_word link,
                           std::uint64_t hash) noexcept {
    for (const table *in = &first; in != &before; in = in->next()) {
        bool found = false;
        any_slot(*in, hash, [&](const slot &each) {
            const slot_word word = each.load();
            found = word == link;
            return found || word.is_empty() || word.is_sealed();
        });
        if (found) {
            return true;
        }
    }
    return false;
}

/// Calls `f(node, hash)` for the nodes with hashes from `first` to `last`, both inclusive, that the
/// chain links from table `at` on, up to `end`, the last of the chain when the walk began (I4).
/// Skips nodes that are linked in a table before `at`, from `start` on. True: f returned true,
/// which ended the walk. The caller is pinned.
template <class Core, class F>
bool walk_range(Core &core, table &start, table &at, const table &end, std::uint64_t first,
                std::uint64_t last, F &f) {
    const unsigned shift = 64 - at.shape().bits;
    for (std::uint64_t home = first >> shift; home <= last >> shift; ++home) {
        const std::uint64_t low = std::max(first, home << shift);
        const std::uint64_t high =
            std::min(last, (home << shift) | ((std::uint64_t{1} << shift) - 1));
        bool complete = false;
        bool stopped = false;
        any_slot(at, low, [&](slot &each) {
            const slot_word word = each.load();
            if (word.is_empty() || word.is_sealed()) {
                complete = word.is_empty();
                return true;
            }
            if (word.is_link()) {
                auto *node = core.node_at(word);
                const std::uint64_t hash = core.hash_of(*node);
                if (low <= hash && hash <= high && !linked_earlier(start, at, word, hash)) {
                    stopped = f(*node, hash);
                }
            }
            return stopped;
        });
        if (stopped) {
            return true;
        }
        if (complete) {
            continue;
        }
        if (&at != &end && engine::walk_range(core, start, *at.next(), end, low, high, f)) {
            return true;
        }
    }
    return false;
}

/// Erases the live elements in the next `homes` homes for which `wanted(key, value)` is true.
/// Returns how many.
template <class Core, class Wanted>
std::size_t erase_all_if(Core &core, detail::thread_record &self, hash_cursor &cursor,
                         std::size_t homes, Wanted &&wanted) {
    std::size_t erased = 0;
    engine::walk(core, self, cursor, homes, [&](auto &node, std::uint64_t hash) {
        table *const root = core.root();
        value_word state = node.state.load();
        while (state.is_live() && wanted(node.shown_key(), *node.value_at(state))) {
            // Failure: another thread changed the key, and made progress.
            if (engine::erase_state(core, self, *root, node, state, hash) == attempt::done) {
                ++erased;
                core.after_write(self, *root);
                break;
            }
        }
        return false;
    });
    return erased;
}

FERRY_ENGINE_END
