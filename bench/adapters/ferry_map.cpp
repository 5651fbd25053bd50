// SPDX-License-Identifier: BSL-1.0

// ferry::concurrent_map as a program gets it: default capacity, default options. And, on request,
// with options, to see what they change.

#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"
#include "adapters/number.hpp"

#include <ferry/concurrent_map.hpp>

#include <string>

namespace ferry::bench {

namespace {

enum class told { nothing, its_size, to_use_huge_pages };

template <class Key, class Value, told What>
class ferry_map {
public:
    using thread_scope = no_thread_scope;

    explicit ferry_map(sizing size) : map_(options_for(size)) {}

    std::optional<Value> find(const Key &key) { return map_.get(key); }
    bool insert(const Key &key, const Value &value) { return map_.try_emplace(key, value); }
    bool assign(const Key &key, const Value &value) { return map_.insert_or_assign(key, value); }
    bool erase(const Key &key) { return map_.erase(key) != 0; }
    std::size_t size() { return map_.size(); }
    void shrink() {
        map_.shrink_to_fit();
        map_.reclaim();
    }

private:
    static ferry::options options_for(sizing size) {
        return {.capacity = What == told::its_size ? size.expected : 0,
                .huge_pages = What == told::to_use_huge_pages};
    }

    ferry::concurrent_map<Key, Value, fixed_hash<Key>> map_;
};

template <class Key, class Value>
using usual_ferry_map = ferry_map<Key, Value, told::nothing>;
template <class Key, class Value>
using reserved_ferry_map = ferry_map<Key, Value, told::its_size>;
template <class Key, class Value>
using huge_ferry_map = ferry_map<Key, Value, told::to_use_huge_pages>;

template <class Key>
class storing_ferry_map {
public:
    using thread_scope = no_thread_scope;

    explicit storing_ferry_map(sizing) {}

    std::optional<std::uint64_t> find(const Key &key) {
        std::optional<std::uint64_t> value;
        map_.visit(key, [&value](const number &n) { value = n.load(); });
        return value;
    }
    bool insert(const Key &key, std::uint64_t value) { return map_.try_emplace(key, value); }
    bool assign(const Key &key, std::uint64_t value) {
        for (;;) {
            if (map_.visit(key, [value](const number &n) { n.store(value); }))
                return false;
            if (insert(key, value))
                return true;
        }
    }
    void add(const Key &key) {
        const auto add_one = [](const number &n) { n.add_one(); };
        while (!map_.visit(key, add_one))
            if (insert(key, 1))
                return;
    }
    bool erase(const Key &key) { return map_.erase(key) != 0; }
    std::size_t size() { return map_.size(); }

private:
    ferry::concurrent_map<Key, number, fixed_hash<Key>> map_;
};

} // namespace

map_entry ferry_entry() {
    return entry_of<usual_ferry_map, storing_ferry_map>(family::ferry, "ferry", "default capacity");
}

map_entry ferry_reserved_entry() {
    auto entry = replacing_entry<reserved_ferry_map>(
        family::ferry, "ferry-reserved", "its final size from the start, also in growth");
    entry.on_request = true;
    return entry;
}

map_entry ferry_huge_entry() {
    auto entry = replacing_entry<huge_ferry_map>(family::ferry, "ferry-huge",
                                                 "default capacity, options::huge_pages");
    entry.on_request = true;
    return entry;
}

} // namespace ferry::bench
