// SPDX-License-Identifier: BSL-1.0
#pragma once

// The read map or the dirty map of a sync_map.

#include "adapters/by_hand/epoch_garbage.hpp"
#include "adapters/by_hand/sync_entry.hpp"

#include <atomic>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

namespace ferry::bench::by_hand {

template <class Key, class Value, class Hash>
struct sync_table : collectable {
    using entry = sync_entry<Key, Value>;

    // Both maps refer to the bytes of the one string in the entry, as Go's strings do.
    using shared_key = std::conditional_t<std::is_same_v<Key, std::string>, std::string_view, Key>;

    struct shared_key_hash {
        // noexcept but for strings: see remembered_string_hash.
        std::size_t operator()(const shared_key &key) const
            noexcept(!std::is_same_v<Key, std::string>) {
            return hash(key);
        }

        Hash hash;
    };

    // relaxed, both: who sees it amended takes the lock before it acts on that; who sees it
    // unamended has looked for the key in a map that had all of them.
    bool is_amended() const { return amended.load(std::memory_order_relaxed); }
    void set_amended() { amended.store(true, std::memory_order_relaxed); }

    entry *find(const shared_key &key) const {
        const auto it = entries.find(key);
        return it == entries.end() ? nullptr : it->second;
    }

    // --- of a dirty map, by the holder of the lock ---

    void add(entry *e) { entries.emplace(e->key, e); }

    // Null: it was not there.
    entry *take(const shared_key &key) {
        const auto it = entries.find(key);
        if (it == entries.end())
            return nullptr;
        entry *e = it->second;
        entries.erase(it);
        return e;
    }

    std::unordered_map<shared_key, entry *, shared_key_hash> entries;
    std::atomic<bool> amended{false}; // of a read map; false to true, once
};

} // namespace ferry::bench::by_hand
