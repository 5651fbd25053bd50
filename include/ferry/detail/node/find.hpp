// SPDX-License-Identifier: BSL-1.0
#pragma once

// Looking a key up.
//
// Progress: bounded by the path; no store to shared memory. A lookup that had to go on into the
// next table helps the migration afterwards, once its result is settled.

#include "ferry/detail/node/core.hpp"

FERRY_ENGINE_BEGIN

/// A live key and its value, protected by the pin under which it was found.
template <class Node>
struct found_value {
    const Node *node = nullptr;
    const typename Node::value_type *value = nullptr;

    explicit operator bool() const noexcept { return value != nullptr; }
};

/// The live value of `key`, if it has one. The caller is pinned by `self`.
template <class Core, class K>
[[gnu::always_inline]] inline found_value<typename Core::node_type>
find(Core &core, detail::thread_record &self, std::uint64_t hash, const K &key) {
    using node_type = typename Core::node_type;
    found_value<node_type> found;
    table *const root = core.root();
    table *const last = walk_path(
        root, hash,
        [&](slot_word word) {
            const node_type *node = core.node_at(word);
            if (!core.equal(node->key, key)) {
                return false;
            }
            const value_word state = node->state.load(); // LP: find of a known key
            if (state.is_live()) [[likely]] {
                found = {node, node->value_at(state)};
                return true;
            }
            return !state.is_dropped(); // DEAD: absent
        },
        end_at_vacant{},                             // LP: find, absent: see there
        [](table &) -> table * { return nullptr; }); // LP: find, absent: the null next's load
    if (last != root) [[unlikely]] {
        engine::help(core, self, *root);
    }
    return found;
}

/// Looks up many keys, with several under way at a time: while one key's bucket and node come
/// from memory, others' are being asked for. Calls `f(index, value)` for those that are there, in
/// order; returns how many were. `at_key(index)` is the key.
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
            const auto found = engine::find(core, self, hashes[i], at_key(first + i));
            if (found) {
                ++hits;
                f(first + i, *found.value);
            }
        }
    }
    return hits;
}

FERRY_ENGINE_END
