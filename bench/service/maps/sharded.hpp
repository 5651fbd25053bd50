// SPDX-License-Identifier: BSL-1.0
#pragma once

// Many small maps in place of one, each behind a std::shared_mutex of its own.

#include "maps/locked.hpp"

#include <array>
#include <bit>

namespace ferry::service {

template <std::size_t Shards>
class sharded_items {
    static_assert(std::has_single_bit(Shards) && Shards > 1);

public:
    template <class F>
    bool visit(std::string_view key, F &&f) const {
        return shard_of(key).visit(key, f);
    }

    template <class F>
    void visit_many(std::span<const std::string_view> keys, F &&f) const {
        for (std::size_t i = 0; i != keys.size(); ++i)
            visit(keys[i], [&](const item &found) { f(i, found); });
    }

    template <class F>
    void compute(std::string_view key, F &&f) {
        shard_of(key).compute(key, f);
    }

    template <class F>
    void sample(std::uint64_t random, F &&f) const {
        std::size_t seen = 0;
        for (std::size_t i = 0; i != Shards && seen < enough_to_choose_from; ++i)
            seen += shards_[(random + i) % Shards].items.sample(random / Shards, f);
    }

    // A part of each shard.
    template <class F>
    void scan(std::size_t part, std::size_t parts, F &&f) const {
        for (const shard &each : shards_)
            each.items.scan(part, parts, f);
    }

    std::size_t size() const {
        std::size_t sum = 0;
        for (const shard &each : shards_)
            sum += each.items.size();
        return sum;
    }

    template <class Line>
    void stats(Line &&) const {}
    void idle() {}

private:
    struct alignas(128) shard {
        locked_items<std::shared_mutex> items;
    };

    // The shard's own map has a hash with another secret: its buckets have nothing to do with this.
    const locked_items<std::shared_mutex> &shard_of(std::string_view key) const {
        return shards_[hash_(key) >> (64 - std::countr_zero(Shards))].items;
    }
    locked_items<std::shared_mutex> &shard_of(std::string_view key) {
        return shards_[hash_(key) >> (64 - std::countr_zero(Shards))].items;
    }

    key_hash hash_;
    std::array<shard, Shards> shards_;
};

static_assert(item_map<sharded_items<64>>);

} // namespace ferry::service
