// SPDX-License-Identifier: BSL-1.0

// oneTBB's concurrent_hash_map: an array of lists that doubles; each element has a lock, which
// readers share.

#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"

#include <tbb/concurrent_hash_map.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace ferry::bench {

namespace {

template <class Key>
struct hash_compare {
    std::size_t hash(const Key &key) const { return hash_(key); }
    bool equal(const Key &a, const Key &b) const { return a == b; }

private:
    fixed_hash<Key> hash_;
};

template <class Key, class Value>
class tbb_hash_map {
public:
    using thread_scope = no_thread_scope;

    explicit tbb_hash_map(sizing size) : map_(size.from_empty ? 0 : size.expected) {}

    std::optional<Value> find(const Key &key) {
        typename map::const_accessor present;
        return map_.find(present, key) ? std::optional(present->second) : std::nullopt;
    }
    // Strings through an accessor, so that nothing is made or copied for a key that is present; it
    // locks the element, which the other way does not.
    bool insert(const Key &key, const Value &value) {
        if constexpr (std::is_trivially_copyable_v<Key>)
            return map_.insert({key, value});
        typename map::accessor present;
        const bool is_new = map_.insert(present, key);
        if (is_new)
            present->second = value;
        return is_new;
    }
    bool assign(const Key &key, const Value &value) {
        typename map::accessor present;
        const bool is_new = map_.insert(present, key);
        present->second = value;
        return is_new;
    }
    void add(const Key &key) requires std::is_integral_v<Value> {
        typename map::accessor present;
        map_.insert(present, key); // a new one is 0
        ++present->second;
    }
    bool erase(const Key &key) { return map_.erase(key); }
    std::size_t size() { return map_.size(); }

private:
    // All maps take their memory from operator new; this one's default is an allocator of TBB.
    using map = tbb::concurrent_hash_map<Key, Value, hash_compare<Key>,
                                         std::allocator<std::pair<const Key, Value>>>;

    map map_;
};

} // namespace

map_entry tbb_hash_entry() {
    return entry_of<tbb_hash_map>(family::libraries, "tbb-hash",
                                  "oneTBB's concurrent_hash_map; readers lock the element, shared");
}

} // namespace ferry::bench
