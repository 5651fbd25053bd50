// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "adapters/entry.hpp"
#include "adapters/hash.hpp"

#include <optional>
#include <type_traits>

namespace ferry::bench {

// `Map`: one of Boost's concurrent maps.
template <class Map>
class boost_map {
    using Key = typename Map::key_type;
    using Value = typename Map::mapped_type;

public:
    using thread_scope = no_thread_scope;

    explicit boost_map(sizing size) : map_(size.from_empty ? 0 : size.expected) {}

    std::optional<Value> find(const Key &key) {
        std::optional<Value> value;
        map_.cvisit(key, [&value](const auto &element) { value = element.second; });
        return value;
    }
    bool insert(const Key &key, const Value &value) { return map_.try_emplace(key, value); }
    bool assign(const Key &key, const Value &value) { return map_.insert_or_assign(key, value); }
    void add(const Key &key) requires std::is_integral_v<Value> {
        map_.try_emplace_or_visit(key, 1, [](auto &element) { ++element.second; });
    }
    bool erase(const Key &key) { return map_.erase(key) != 0; }
    std::size_t size() { return map_.size(); }
    void shrink() { map_.rehash(0); }

private:
    Map map_;
};

} // namespace ferry::bench
