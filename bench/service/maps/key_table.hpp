// SPDX-License-Identifier: BSL-1.0
#pragma once

// The keys of a map that cannot be walked through while others write, as its user would have to
// keep them beside it to evict and to expire: in shards, behind a lock each.

#include "maps/unlocked_items.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ferry::service {

class key_table {
public:
    void insert(std::string_view key) {
        shard &in = shard_of(key);
        const std::lock_guard lock(in.mutex);
        in.keys.emplace(key);
    }

    void erase(std::string_view key) {
        shard &in = shard_of(key);
        const std::lock_guard lock(in.mutex);
        if (const auto at = in.keys.find(key); at != in.keys.end())
            in.keys.erase(at);
    }

    // Some keys, from a place of chance on.
    std::vector<std::string> sample(std::uint64_t random) const {
        constexpr std::size_t most_buckets = 1024;
        std::vector<std::string> out;
        for (std::size_t s = 0; s != shards && out.size() < enough_to_choose_from; ++s) {
            const shard &in = shards_[(random + s) % shards];
            const std::lock_guard lock(in.mutex);
            const std::size_t buckets = in.keys.bucket_count();
            for (std::size_t i = 0;
                 i != std::min(buckets, most_buckets) && out.size() < enough_to_choose_from; ++i)
                copy(in, (random / shards + i) % buckets, out);
        }
        return out;
    }

    // A part of all keys.
    std::vector<std::string> part_of_all(std::size_t part, std::size_t parts) const {
        std::vector<std::string> out;
        for (const shard &in : shards_) {
            const std::lock_guard lock(in.mutex);
            const std::size_t buckets = in.keys.bucket_count();
            for (std::size_t b = buckets * part / parts; b != buckets * (part + 1) / parts; ++b)
                copy(in, b, out);
        }
        return out;
    }

private:
    static constexpr std::size_t shards = 64;

    struct alignas(128) shard {
        mutable std::mutex mutex;
        std::unordered_set<std::string, key_hash, std::equal_to<>> keys;
    };

    static void copy(const shard &in, std::size_t bucket, std::vector<std::string> &out) {
        out.insert(out.end(), in.keys.begin(bucket), in.keys.end(bucket));
    }

    shard &shard_of(std::string_view key) { return shards_[hash_(key) % shards]; }

    key_hash hash_;
    std::array<shard, shards> shards_;
};

} // namespace ferry::service
