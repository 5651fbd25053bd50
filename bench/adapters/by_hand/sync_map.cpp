// SPDX-License-Identifier: BSL-1.0

// Go's sync.Map, in its form until Go 1.23.

#include "adapters/by_hand/sync_map.hpp"
#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"
#include "adapters/number.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace ferry::bench {

namespace {

constexpr auto nothing = [](const auto &) {};

template <class Key, class Value>
class go_map {
public:
    using thread_scope = no_thread_scope;

    explicit go_map(sizing) {}

    std::optional<Value> find(const Key &key) {
        std::optional<Value> value;
        map_.load(key, [&value](const Value &found) { value = found; });
        return value;
    }
    bool insert(const Key &key, const Value &value) {
        return map_.load_or_store(key, value, nothing);
    }
    bool assign(const Key &key, const Value &value) { return map_.store(key, value); }
    bool erase(const Key &key) { return map_.load_and_delete(key); }
    // Go's has no such function: its users count with Range.
    std::size_t size() { return map_.count(); }
    void shrink() { map_.collect(); }

private:
    by_hand::sync_map<Key, Value, fixed_hash<Key>> map_;
};

// Values that are changed in place: what holds a pointer to an atomic in Go.
template <class Key>
class go_map_of_numbers {
public:
    using thread_scope = no_thread_scope;

    explicit go_map_of_numbers(sizing) {}

    std::optional<std::uint64_t> find(const Key &key) {
        std::optional<std::uint64_t> value;
        map_.load(key, [&value](const number &found) { value = found.load(); });
        return value;
    }
    bool insert(const Key &key, std::uint64_t value) {
        return map_.load_or_store(key, value, nothing);
    }
    // Load comes first, so that a known key costs no number that is then thrown away.
    bool assign(const Key &key, std::uint64_t value) {
        const auto set = [value](const number &present) { present.store(value); };
        return !map_.load(key, set) && map_.load_or_store(key, value, set);
    }
    void add(const Key &key) {
        const auto add_one = [](const number &present) { present.add_one(); };
        if (!map_.load(key, add_one))
            map_.load_or_store(key, std::uint64_t{0}, add_one);
    }
    std::size_t size() { return map_.count(); }

private:
    by_hand::sync_map<Key, number, fixed_hash<Key>> map_;
};

} // namespace

map_entry sync_map_entry() {
    return entry_of<go_map, go_map_of_numbers>(
        family::by_hand, "sync-map",
        "the algorithm of Go's sync.Map until Go 1.23; ferry's epochs in place of the "
        "garbage collector");
}

} // namespace ferry::bench
