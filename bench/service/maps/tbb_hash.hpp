// SPDX-License-Identifier: BSL-1.0
#pragma once

// oneTBB's concurrent_hash_map, whose elements have a lock each, with a table of its keys beside
// it.

#include "maps/key_table.hpp"

#include <tbb/concurrent_hash_map.h>

#include <memory>
#include <utility>

namespace ferry::service {

class tbb_hash_items {
public:
    template <class F>
    bool visit(std::string_view key, F &&f) const {
        map::const_accessor at;
        if (!map_.find(at, key))
            return false;
        f(at->second);
        return true;
    }

    template <class F>
    void visit_many(std::span<const std::string_view> keys, F &&f) const {
        for (std::size_t i = 0; i != keys.size(); ++i)
            visit(keys[i], [&](const item &found) { f(i, found); });
    }

    // While the element is locked, the table of keys is changed with it.
    template <class F>
    void compute(std::string_view key, F &&f) {
        for (;;) {
            map::accessor at;
            if (map_.find(at, key)) {
                decision made = f(&at->second);
                if (made.value().has_value()) {
                    at->second = std::move(*made.value());
                } else if (made.erases()) {
                    keys_.erase(key);
                    map_.erase(at);
                }
                return;
            }
            decision made = f(nullptr);
            if (!made.value().has_value())
                return;
            if (map_.insert(at, {std::string(key), std::move(*made.value())})) {
                try {
                    keys_.insert(key);
                } catch (...) {
                    map_.erase(at); // nobody would find it to evict it
                    throw;
                }
                return;
            }
        }
    }

    template <class F>
    void sample(std::uint64_t random, F &&f) const {
        show(keys_.sample(random), f);
    }

    template <class F>
    void scan(std::size_t part, std::size_t parts, F &&f) const {
        show(keys_.part_of_all(part, parts), f);
    }

    std::size_t size() const { return map_.size(); }

    template <class Line>
    void stats(Line &&) const {}
    void idle() {}

private:
    struct compare {
        using is_transparent = void;

        std::size_t hash(std::string_view key) const { return hash_(key); }
        bool equal(std::string_view a, std::string_view b) const { return a == b; }

        key_hash hash_;
    };
    using map = tbb::concurrent_hash_map<std::string, item, compare,
                                         std::allocator<std::pair<const std::string, item>>>;

    template <class F>
    void show(const std::vector<std::string> &keys, F &&f) const {
        for (const std::string &key : keys)
            visit(key, [&](const item &it) { f(std::string_view(key), it); });
    }

    mutable map map_; // its find() by a view is not const
    key_table keys_;
};

static_assert(item_map<tbb_hash_items>);

} // namespace ferry::service
