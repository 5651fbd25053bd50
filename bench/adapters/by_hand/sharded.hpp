// SPDX-License-Identifier: BSL-1.0
#pragma once

// Many small maps in place of one, each behind a lock of its own: threads meet only when their keys
// are in the same shard.

#include "adapters/hash.hpp"
#include "maps/concept.hpp"

#include <array>
#include <bit>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <type_traits>
#include <unordered_map>

namespace ferry::bench::by_hand {

template <class Key, class Value, std::size_t Shards>
class sharded_map {
    static_assert(std::has_single_bit(Shards) && Shards > 1);

public:
    using thread_scope = no_thread_scope;

    explicit sharded_map(sizing size) {
        if (size.from_empty)
            return;
        // An eighth more than the average, as some shards get more than others.
        const std::size_t share = size.expected / Shards;
        for (shard &s : shards_)
            s.map.reserve(share + share / 8);
    }

    std::optional<Value> find(const Key &key) {
        const hashed wanted{key, hash_(key)};
        shard &s = shard_of(wanted);
        const std::shared_lock lock(s.mutex);
        const auto it = s.map.find(wanted);
        return it == s.map.end() ? std::nullopt : std::optional(it->second);
    }
    bool insert(const Key &key, const Value &value) {
        shard &s = shard_of({key, hash_(key)});
        const std::lock_guard lock(s.mutex);
        return s.map.try_emplace(key, value).second;
    }
    bool assign(const Key &key, const Value &value) {
        shard &s = shard_of({key, hash_(key)});
        const std::lock_guard lock(s.mutex);
        return s.map.insert_or_assign(key, value).second;
    }
    void add(const Key &key) requires std::is_integral_v<Value> {
        shard &s = shard_of({key, hash_(key)});
        const std::lock_guard lock(s.mutex);
        ++s.map[key];
    }
    bool erase(const Key &key) {
        const hashed wanted{key, hash_(key)};
        shard &s = shard_of(wanted);
        const std::lock_guard lock(s.mutex);
        const auto it = s.map.find(wanted);
        if (it == s.map.end())
            return false;
        s.map.erase(it);
        return true;
    }
    std::size_t size() {
        std::size_t sum = 0;
        for (shard &s : shards_) {
            const std::shared_lock lock(s.mutex);
            sum += s.map.size();
        }
        return sum;
    }
    void shrink() {
        for (shard &s : shards_) {
            const std::lock_guard lock(s.mutex);
            s.map.rehash(0);
        }
    }

private:
    // A key whose hash is known. What only looks for a key can be given it, so that the choice of
    // the shard costs no second hash; the functions that insert take keys alone.
    struct hashed {
        const Key &key;
        std::size_t hash;
    };

    struct hash_once {
        using is_transparent = void;

        // noexcept but for strings: see remembered_string_hash.
        std::size_t operator()(const Key &key) const noexcept(!std::is_same_v<Key, std::string>) {
            return hash(key);
        }
        std::size_t operator()(const hashed &key) const noexcept { return key.hash; }

        fixed_hash<Key> hash;
    };

    struct equal {
        using is_transparent = void;

        bool operator()(const Key &a, const Key &b) const { return a == b; }
        bool operator()(const hashed &a, const Key &b) const { return a.key == b; }
        bool operator()(const Key &a, const hashed &b) const { return a == b.key; }
    };

    // On cache lines of its own, the lock at the front.
    struct alignas(128) shard {
        std::shared_mutex mutex;
        std::unordered_map<Key, Value, hash_once, equal> map;
    };

    // By the uppermost bits, which the keys of a shard have in common then: its buckets, a prime
    // number, go by the remainder, which the many bits below still vary.
    shard &shard_of(const hashed &key) {
        constexpr int bits = std::countr_zero(Shards);
        return shards_[key.hash >> (64 - bits)];
    }

    fixed_hash<Key> hash_;
    std::array<shard, Shards> shards_;
};

} // namespace ferry::bench::by_hand
