// SPDX-License-Identifier: BSL-1.0

// oneTBB's concurrent_unordered_map: a lock-free list in the order of the hashes, with a growing
// table of shortcuts into it. Nothing can be erased while others use it, and values cannot be
// replaced, only stored into.

#ifdef __GNUC__
// g++ 12 warns that the map's dummy nodes have no value to destroy: it does not see that they are
// told from the others before.
#pragma GCC diagnostic ignored "-Warray-bounds"
#endif

#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"
#include "adapters/in_place.hpp"

#include <tbb/concurrent_unordered_map.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace ferry::bench {

namespace {

template <class Key, class Value>
class tbb_unordered_map {
public:
    using thread_scope = no_thread_scope;

    explicit tbb_unordered_map(sizing size) {
        if (!size.from_empty)
            map_.reserve(size.expected);
    }

    std::optional<Value> find(const Key &key) {
        const auto it = map_.find(key);
        return it == map_.end() ? std::nullopt : std::optional(load_in_place(it->second));
    }
    bool insert(const Key &key, const Value &value) { return map_.emplace(key, value).second; }
    bool assign(const Key &key, const Value &value) requires can_be_stored_into<Value> {
        if (const auto it = map_.find(key); it != map_.end()) {
            store_in_place(it->second, value);
            return false;
        }
        const auto [it, is_new] = map_.emplace(key, value);
        if (!is_new)
            store_in_place(it->second, value);
        return is_new;
    }
    void add(const Key &key) requires can_be_stored_into<Value> {
        auto it = map_.find(key);
        if (it == map_.end())
            it = map_.emplace(key, 0).first;
        add_one_in_place(it->second);
    }
    std::size_t size() { return map_.size(); }

private:
    // All maps take their memory from operator new; this one's default is an allocator of TBB.
    tbb::concurrent_unordered_map<Key, Value, fixed_hash<Key>, std::equal_to<Key>,
                                  std::allocator<std::pair<const Key, Value>>>
        map_;
};

} // namespace

map_entry tbb_unordered_entry() {
    return {.name = "tbb-unordered",
            .family = family::libraries,
            .note = "oneTBB's concurrent_unordered_map; cannot erase, cannot replace values",
            .plain = form_of_all<tbb_unordered_map>(),
            .storing = form_of<tbb_unordered_map<std::uint64_t, std::uint64_t>>(),
            .counting = make_counter<tbb_unordered_map<std::string, std::uint64_t>>};
}

} // namespace ferry::bench
