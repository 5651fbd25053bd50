// SPDX-License-Identifier: BSL-1.0
#pragma once

// std::unordered_map of items, with what the maps that lock it have in common. It is not to be used
// by two threads at once.

#include "maps/item_map.hpp"

#include <ferry/hash.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

namespace ferry::service {

// Takes views as well, so that a lookup makes no string. Not noexcept, as libstdc++ keeps the
// hashes in the nodes then, and need not hash a chain's strings to walk it.
struct key_hash {
    using is_transparent = void;

    std::size_t operator()(std::string_view key) const { return hash(key); }

    ferry::hash<std::string_view> hash;
};

class unlocked_items {
    using map = std::unordered_map<std::string, item, key_hash, std::equal_to<>>;

public:
    // What a change took out, to be destroyed when the lock is not held any more.
    struct removed {
        item replaced;
        map::node_type erased;
    };

    const item *find(std::string_view key) const {
        const auto at = map_.find(key);
        return at == map_.end() ? nullptr : &at->second;
    }

    template <class F>
    removed compute(std::string_view key, F &&f) {
        const auto at = map_.find(key);
        const bool present = at != map_.end();
        decision made = f(present ? &at->second : nullptr);
        removed out;
        if (made.value().has_value()) {
            if (present)
                out.replaced = std::exchange(at->second, std::move(*made.value()));
            else
                map_.emplace(std::string(key), std::move(*made.value()));
        } else if (made.erases() && present) {
            out.erased = map_.extract(at);
        }
        return out;
    }

    // From a bucket of chance on, until there are enough. Returns how many it showed.
    template <class F>
    std::size_t sample(std::uint64_t random, F &&f) const {
        constexpr std::size_t most_buckets = 1024;
        const std::size_t buckets = map_.bucket_count();
        std::size_t seen = 0;
        for (std::size_t i = 0;
             i != std::min(buckets, most_buckets) && seen < enough_to_choose_from; ++i)
            seen += walk((random + i) % buckets, f);
        return seen;
    }

    template <class F>
    void scan(std::size_t part, std::size_t parts, F &&f) const {
        const std::size_t buckets = map_.bucket_count();
        for (std::size_t b = buckets * part / parts; b != buckets * (part + 1) / parts; ++b)
            walk(b, f);
    }

    std::size_t size() const { return map_.size(); }

private:
    template <class F>
    std::size_t walk(std::size_t bucket, F &&f) const {
        std::size_t seen = 0;
        for (auto at = map_.begin(bucket); at != map_.end(bucket); ++at, ++seen)
            f(std::string_view(at->first), at->second);
        return seen;
    }

    map map_;
};

} // namespace ferry::service
