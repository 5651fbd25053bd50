// SPDX-License-Identifier: BSL-1.0

// libcuckoo's cuckoohash_map: buckets of four elements, two buckets for each key, and a spinlock
// for every bucket up to 2^16 of them. Readers lock both buckets.
//
// To be measured growing it starts with its default of 2^16 buckets, not with less: while there are
// fewer, it also replaces its array of locks when it grows, and in version 0.3.1 a thread that
// waits for a lock of the array before the last takes the table for unchanged and reads a null
// pointer.

#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"

#include <libcuckoo/cuckoohash_map.hh>

#include <string>
#include <type_traits>

namespace ferry::bench {

namespace {

template <class Key, class Value>
class libcuckoo_map {
public:
    using thread_scope = no_thread_scope;

    explicit libcuckoo_map(sizing size)
        : map_(size.from_empty ? libcuckoo::DEFAULT_SIZE : size.expected) {}

    std::optional<Value> find(const Key &key) {
        std::optional<Value> value;
        map_.find_fn(key, [&value](const Value &present) { value = present; });
        return value;
    }
    bool insert(const Key &key, const Value &value) { return map_.insert(key, value); }
    bool assign(const Key &key, const Value &value) { return map_.insert_or_assign(key, value); }
    void add(const Key &key) requires std::is_integral_v<Value> {
        map_.upsert(
            key, [](Value &present) { ++present; }, 1);
    }
    bool erase(const Key &key) { return map_.erase(key); }
    std::size_t size() { return map_.size(); }
    void shrink() { map_.rehash(0); }

private:
    libcuckoo::cuckoohash_map<Key, Value, fixed_hash<Key>> map_;
};

} // namespace

map_entry libcuckoo_entry() {
    return entry_of<libcuckoo_map>(
        family::libraries, "libcuckoo",
        "readers lock too, both buckets where a key may be; growth starts with its default "
        "of 2^18 places, as growing from fewer can crash (0.3.1)");
}

} // namespace ferry::bench
