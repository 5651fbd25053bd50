// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::concurrent_map. Nothing here locks. Readers write only their own thread's pin, unless they
// help a migration.

#include "maps/item_map.hpp"

#include <ferry/concurrent_map.hpp>
#include <ferry/inline_string.hpp>

#include <algorithm>
#include <atomic>

namespace ferry::service {

// `Key`: std::string or ferry::inline_string.
template <class Key>
class ferry_items {
public:
    template <class F>
    bool visit(std::string_view key, F &&f) const {
        return map_.visit(key, f);
    }

    // The lookups of the keys overlap.
    template <class F>
    void visit_many(std::span<const std::string_view> keys, F &&f) const {
        map_.visit_many(keys.begin(), keys.end(), f);
    }

    // The map decides when to free by counting its own objects, not the bytes that values own. So a
    // writer that releases large values calls reclaim() itself.
    template <class F>
    void compute(std::string_view key, F &&f) {
        std::size_t released = 0;
        map_.compute(key, [&](const item *present) {
            decision made = f(present);
            const bool ends = present != nullptr && (made.erases() || made.value().has_value());
            released = ends ? present->bytes.size() : 0;
            return made;
        });
        if (released >= large_value)
            note_released(released);
    }

    // Small shares of the table, one after another, until there are enough elements. In a table
    // that is nearly empty they are of at most 512 buckets.
    template <class F>
    void sample(std::uint64_t random, F &&f) const {
        constexpr std::size_t most_shares = 16;
        const std::size_t parts = std::max(map_.size() / 8, map_.capacity() / 512) + 1;
        std::size_t seen = 0;
        for (std::size_t i = 0; i != most_shares && seen < enough_to_choose_from; ++i)
            scan((random + i) % parts, parts, [&](std::string_view key, const item &it) {
                ++seen;
                f(key, it);
            });
    }

    template <class F>
    void scan(std::size_t part, std::size_t parts, F &&f) const {
        map_.for_each(part, parts, [&](std::string_view key, const item &i) { f(key, i); });
    }

    std::size_t size() const { return map_.size(); }

    template <class Line>
    void stats(Line &&line) const {
        const ferry::map_stats now = map_.stats();
        const auto number = [&line](std::string_view name, std::uint64_t value) {
            line(name, std::to_string(value));
        };
        number("ferry_live", now.live);
        number("ferry_dead", now.dead);
        number("ferry_used", now.used);
        number("ferry_capacity", now.capacity);
        line("ferry_load", std::to_string(now.load));
        number("ferry_buckets_migrated", now.buckets_migrated);
        number("ferry_buckets_left", now.buckets_left);
        number("ferry_migrations", now.migrations);
        number("ferry_grown", now.grown);
        number("ferry_swept", now.swept);
        number("ferry_shrunk", now.shrunk);
        number("ferry_retired_objects", now.retired_objects);
        number("ferry_retired_bytes", now.retired_bytes);
        number("ferry_epoch", now.epoch);
        number("ferry_oldest_pin_age", now.oldest_pin_age);
        number("ferry_epoch_held_ns", now.epoch_held_ns);
        number("ferry_barrier_refused", now.barrier_refused ? 1 : 0);
        number("ferry_table_bytes", now.table_bytes);
        number("ferry_node_bytes", now.node_bytes);
    }

    // Continues a migration, frees what was replaced and erased, and shrinks an almost empty table.
    // Writers do so as well, but only while there are writes.
    void idle() { map_.maintain(); }

private:
    static constexpr std::size_t large_value = 4096;
    static constexpr std::size_t released_to_reclaim = 8 << 20;

    void note_released(std::size_t bytes) {
        // relaxed, both: only the sum counts
        if (released_.fetch_add(bytes, std::memory_order_relaxed) + bytes >= released_to_reclaim) {
            released_.store(0, std::memory_order_relaxed);
            map_.reclaim();
        }
    }

    // An evicted key may never return: its node is not kept for it, so that its memory counts no
    // longer than the item's.
    ferry::concurrent_map<Key, item> map_{
        ferry::options{.drop_on_erase = true, .shrink_below = 1.0 / 16}};
    alignas(128) std::atomic<std::size_t> released_{0}; // bytes of large values, since a reclaim()
};

static_assert(item_map<ferry_items<std::string>>);

} // namespace ferry::service
