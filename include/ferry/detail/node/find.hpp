// SPDX-License-Identifier: BSL-1.0
#pragma once

// Looking a key up.
//
// Progress: bounded by the path; no store to shared memory. A lookup that had to go on in the next
// table helps the migration after its own result is decided.

#include "ferry/detail/node/operation.hpp"

FERRY_ENGINE_BEGIN

template <class Core, class Sought>
inline found_element<Core> operation<Core, Sought>::find() const {
    found_element<Core> found;
    // Local references stay in registers. If a lambda captured this object, it and the key would
    // stay in memory.
    const auto &sought = key;
    Core &in = core;
    table *const root = in.root();
    table *const last = walk_path(
        root, hash,
        [&found, &in, &sought](slot_word word) {
            const auto *node = in.node_at(word);
            if (!in.equal(node->key, sought)) {
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
    if (last != root) [[unlikely]] {
        engine::help(in, self, *root);
    }
    return found;
}

/// Looks up many keys, several at a time: while the bucket and the node of one key come from
/// memory, those of others are requested. Calls `f(index, value)` for the keys that are present, in
/// order, and returns how many there were. `at_key(index)` is the key. The caller is pinned.
template <class Core, class AtKey, class F>
std::size_t find_many(Core &core, detail::thread_record &self, std::size_t count, AtKey &&at_key,
                      F &&f) {
    std::uint64_t hashes[detail::keys_in_flight];
    std::size_t hits = 0;
    for (std::size_t first = 0; first < count; first += detail::keys_in_flight) {
        const std::size_t here = std::min(detail::keys_in_flight, count - first);
        const table &root = *core.root();
        for (std::size_t i = 0; i < here; ++i) {
            hashes[i] = core.hash_value(at_key(first + i));
            detail::prefetch(root.home(hashes[i]));
        }
        for (std::size_t i = 0; i < here; ++i) {
            const bucket &home = *root.home(hashes[i]);
            const auto lanes = bucket_view(home).matches(slot_word::tag_of(hashes[i]));
            if (!lanes.empty()) {
                const slot_word word = home.slots[lanes.first()].load();
                if (word.is_link()) {
                    detail::prefetch(core.node_at(word));
                }
            }
        }
        for (std::size_t i = 0; i < here; ++i) {
            decltype(auto) key = at_key(first + i);
            const operation<Core, const decltype(key) &> of(core, self, key, hashes[i]);
            if (const auto found = of.find()) {
                ++hits;
                f(first + i, found.value());
            }
        }
    }
    return hits;
}

FERRY_ENGINE_END
