// SPDX-License-Identifier: BSL-1.0
#pragma once

// std::unordered_map behind one lock. Readers share it if it can be shared.

#include "adapters/hash.hpp"
#include "maps/concept.hpp"

#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <type_traits>
#include <unordered_map>

namespace ferry::bench::by_hand {

// libstdc++ keeps the hash in the node only if computing it is slow or may throw, and without it
// walks every chain hashing strings. Not declaring noexcept gives the map its better form.
struct remembered_string_hash {
    fixed_hash<std::string> hash;

    std::size_t operator()(const std::string &key) const { return hash(key); }
};

template <class Key, class Value>
using plain_map = std::unordered_map<
    Key, Value,
    std::conditional_t<std::is_same_v<Key, std::string>, remembered_string_hash, fixed_hash<Key>>>;

template <class Key, class Value, class Mutex>
class locked_map {
public:
    using thread_scope = no_thread_scope;

    explicit locked_map(sizing size) {
        if (!size.from_empty)
            map_.reserve(size.expected);
    }

    std::optional<Value> find(const Key &key) {
        const reading lock(mutex_);
        const auto it = map_.find(key);
        return it == map_.end() ? std::nullopt : std::optional(it->second);
    }
    bool insert(const Key &key, const Value &value) {
        const std::lock_guard lock(mutex_);
        return map_.try_emplace(key, value).second;
    }
    bool assign(const Key &key, const Value &value) {
        const std::lock_guard lock(mutex_);
        return map_.insert_or_assign(key, value).second;
    }
    void add(const Key &key) requires std::is_integral_v<Value> {
        const std::lock_guard lock(mutex_);
        ++map_[key];
    }
    bool erase(const Key &key) {
        const std::lock_guard lock(mutex_);
        return map_.erase(key) != 0;
    }
    std::size_t size() {
        const reading lock(mutex_);
        return map_.size();
    }
    void shrink() {
        const std::lock_guard lock(mutex_);
        map_.rehash(0);
    }

private:
    using reading = std::conditional_t<std::is_same_v<Mutex, std::shared_mutex>,
                                       std::shared_lock<Mutex>, std::unique_lock<Mutex>>;

    Mutex mutex_;
    plain_map<Key, Value> map_;
};

} // namespace ferry::bench::by_hand
