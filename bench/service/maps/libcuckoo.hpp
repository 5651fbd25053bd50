// SPDX-License-Identifier: BSL-1.0
#pragma once

// libcuckoo's cuckoohash_map, which locks both buckets where a key may be, also to read. To walk
// through it, it has to be locked as a whole; so there is a table of its keys beside it.

#include "maps/key_table.hpp"

#include <libcuckoo/cuckoohash_map.hh>

#include <utility>

namespace ferry::service {

class libcuckoo_items {
public:
    template <class F>
    bool visit(std::string_view key, F &&f) const {
        return map_.find_fn(key, [&](const item &found) { f(found); });
    }

    template <class F>
    void visit_many(std::span<const std::string_view> keys, F &&f) const {
        for (std::size_t i = 0; i != keys.size(); ++i)
            visit(keys[i], [&](const item &found) { f(i, found); });
    }

    // While the buckets are locked, the table of keys is changed with them.
    template <class F>
    void compute(std::string_view key, F &&f) {
        for (;;) {
            const bool present = map_.erase_fn(key, [&](item &found) {
                decision made = f(&found);
                if (made.value().has_value())
                    found = std::move(*made.value());
                if (made.erases())
                    keys_.erase(key);
                return made.erases();
            });
            if (present)
                return;
            decision made = f(nullptr);
            if (!made.value().has_value() ||
                map_.insert(std::string(key), noted_item{keys_, key, *made.value()}))
                return;
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
    // The map makes its item of this while it holds the locks, which is when the key is noted.
    struct noted_item {
        key_table &keys;
        std::string_view key;
        item &made;

        operator item() const {
            keys.insert(key);
            return std::move(made);
        }
    };

    template <class F>
    void show(const std::vector<std::string> &keys, F &&f) const {
        for (const std::string &key : keys)
            visit(key, [&](const item &it) { f(std::string_view(key), it); });
    }

    // It starts with its default of 2^18 places: growing from fewer than 2^16 buckets can crash
    // (0.3.1; see adapters/libcuckoo.cpp of the bench).
    libcuckoo::cuckoohash_map<std::string, item, key_hash, std::equal_to<>> map_;
    key_table keys_;
};

static_assert(item_map<libcuckoo_items>);

} // namespace ferry::service
