// SPDX-License-Identifier: BSL-1.0
#pragma once

// Looking a key up.
//
// Most lookups are decided by one look at the key's home bucket in the root: its first lane with
// the hash's tag leads to the key, or no lane does and the last slot is EMPTY. All others walk the
// path, home included.
//
// Progress: bounded by the path; no store to shared memory. A lookup that had to go on in the next
// table helps the migration after its own result is decided.

#include "ferry/detail/node/operation.hpp"

#include <type_traits>

FERRY_ENGINE_BEGIN

/// How find() passes a key on: a number by value, so that it never needs a place in memory.
template <class K>
using passed_key = std::conditional_t<std::is_scalar_v<K>, K, const K &>;

/// Looks a key up by a walk from `root`. Out of line, so that find() needs few registers.
template <class Core, class K>
[[gnu::noinline]] found_element<Core> find_further(Core &core, detail::thread_record &self,
                                                   table &root, std::uint64_t hash,
                                                   passed_key<K> key) {
    found_element<Core> found;
    table *const last = walk_path(
        &root, hash,
        [&](slot_word word) {
            const auto *node = core.node_at(word);
            if (!core.equal(*node, key)) {
                return walk_step::go_on;
            }
            const value_word state = node->state.load(); // LP: find of a known key
            if (state.is_live()) [[likely]] {
                found = {node, node->value_at(state)};
                return walk_step::end;
            }
            return state.is_dropped() ? walk_step::go_on : walk_step::end; // DEAD: absent
        },
        end_at_vacant{},                             // LP: find, absent: see walk.hpp
        [](table &) -> table * { return nullptr; }); // LP: find, absent: load of the null next
    if (last != &root) {
        engine::help_after_lookup(core, self, root);
    }
    return found;
}

template <class Core, class Sought>
inline found_element<Core> operation<Core, Sought>::find() const {
    table &root = *core.root();
    const bucket &home = *root.home(hash);
    const auto lanes = bucket_view(home).matches(slot_word::tag_of(hash));
    if (!lanes.empty()) [[likely]] {
        const slot_word word = lanes.first_in(home).load();
        if (word.is_link()) [[likely]] {
            const auto *node = core.node_at(word);
            node->prefetch_more_of_key();
            if (core.equal(*node, key)) [[likely]] {
                const value_word state = node->state.load(); // LP: find of a known key
                if (state.is_live()) [[likely]] {
                    const auto *const at = node->value_at(state);
                    if (at == nullptr) {
                        __builtin_unreachable(); // saves the caller's test
                    }
                    return {node, at};
                }
            }
        }
    } else if (home.slots[bucket_slots - 1].load().is_empty()) [[likely]] {
        return {}; // LP: find, absent: see walk.hpp
    }
    return engine::find_further<Core, std::remove_cvref_t<Sought>>(core, self, root, hash, key);
}

FERRY_ENGINE_END
