// SPDX-License-Identifier: BSL-1.0
#pragma once

// Iteration, by ranges of hashes: the position is a hash, and a step takes the home bucket of the
// root that the position falls into. So it can go on in a new root, and be shared out by ranges.
//
//   root   | home b ............ |      the nodes with home b stand on b's path, or, if that met
//   next   | home 2b | home 2b+1 |      SEALED or its end, on the paths of the homes of the next
//                                       table that b covers (one, several, or a part of one)
//
//   W1  A key that is there throughout is seen exactly once: at its place before the first EMPTY
//       of its path in some table of the chain, which only moves forward (P1); and a node that
//       was already linked on its path in an earlier table of the walk is skipped.
//   W2  A key that was never there is never seen.
//   W3  A key that is erased and inserted again meanwhile is seen at most once for each of its
//       nodes: twice when its first node was dropped in between.
//
// Iteration never drives the migration. Progress: a step is bounded by the paths it walks.

#include "ferry/detail/node/erase.hpp"

FERRY_ENGINE_BEGIN

/// Whether `link` stands on its path in a table of the chain from `first` up to before `before`.
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

/// Calls `f(node&, hash)` for the nodes with hashes from `first` to `last` (inclusive) that the
/// chain links from table `at` on, and `start`, where the walk began, does not link before it.
/// True when f returned true, which ends the walk. The caller is pinned.
template <class Core, class F>
bool walk_range(Core &core, table &start, table &at, std::uint64_t first, std::uint64_t last,
                F &f) {
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
        if (table *next = at.next()) {
            if (engine::walk_range(core, start, *next, low, high, f)) {
                return true;
            }
        }
    }
    return false;
}

/// A position in an iteration over a range of hashes.
class hash_cursor {
public:
    /// All hashes.
    hash_cursor() noexcept = default;

    /// One of several equal shares.
    hash_cursor(std::size_t part, std::size_t parts) noexcept : finished_(part >= parts) {
        FERRY_ASSERT(part < parts, "for_each(part, parts, f): part must be less than parts");
        if (!finished_) {
            position_ = bound(part, parts);
            last_ = bound(part + 1, parts) - 1;
        }
    }

    bool finished() const noexcept { return finished_; }

    /// Takes one home of the present root: calls `f(node&, hash)` for its nodes. True when f
    /// returned true. The caller is pinned for the call, and may refresh between calls.
    template <class Core, class F>
    bool step(Core &core, F &&f) {
        table &root = *core.root();
        const unsigned shift = 64 - root.shape().bits;
        const std::uint64_t end = std::min(last_, position_ | ((std::uint64_t{1} << shift) - 1));
        const bool stopped = engine::walk_range(core, root, root, position_, end, f);
        finished_ = end == last_;
        position_ = end + 1;
        return stopped;
    }

private:
    static std::uint64_t bound(std::size_t part, std::size_t parts) noexcept {
        __extension__ using wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<wide>(part) << 64) / parts);
    }

    std::uint64_t position_ = 0;
    std::uint64_t last_ = ~std::uint64_t{0};
    bool finished_ = false;
};

/// Calls `f(node&, hash)` for the nodes of the cursor's range until it returns true; lets
/// reclamation pass now and then, if the caller's is the thread's only pin. True: stopped.
template <class Core, class F>
bool for_each_node(Core &core, detail::thread_record &self, hash_cursor cursor, F &&f) {
    for (unsigned homes = 1; !cursor.finished(); ++homes) {
        if (cursor.step(core, f)) {
            return true;
        }
        if (homes % detail::homes_per_refresh == 0) {
            core.domain().refresh(self);
        }
    }
    return false;
}

/// Calls `f(key, value)` for the live elements of the cursor's range until it returns false.
/// True: not stopped.
template <class Core, class F>
bool for_each_live(Core &core, detail::thread_record &self, hash_cursor cursor, F &&f) {
    return !engine::for_each_node(core, self, cursor, [&](auto &node, std::uint64_t) {
        const value_word state = node.state.load();
        return state.is_live() && !f(std::as_const(node.key), *node.value_at(state));
    });
}

/// Erases the live elements for which `wanted(key, value)`; returns how many.
template <class Core, class Wanted>
std::size_t erase_all_if(Core &core, detail::thread_record &self, Wanted &&wanted) {
    std::size_t erased = 0;
    engine::for_each_node(core, self, hash_cursor(), [&](auto &node, std::uint64_t hash) {
        table *const root = core.root();
        value_word state = node.state.load();
        while (state.is_live() && wanted(std::as_const(node.key), *node.value_at(state))) {
            // Failure: another thread changed the key, and made progress.
            if (engine::erase_state(core, self, *root, node, state, core.link_to(&node, hash),
                                    hash)) {
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
