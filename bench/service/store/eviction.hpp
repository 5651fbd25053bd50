// SPDX-License-Identifier: BSL-1.0
#pragma once

// Keeps a store below its memory limit by sampled LRU, as Redis does: it takes a few items from a
// random place of the map and evicts the least recently used of them. Larger samples come closer to
// exact LRU. A few dozen items come close enough, and no LRU list is needed, which every reader
// would have to write to.

#include "store/contents.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::service {

// What makes an item a better one to evict than another: it has ended; its last access is longer
// ago; within a tick, nobody has fetched it yet; it was stored earlier.
class rank {
public:
    rank(const item &of, bool has_ended)
        : order_(has_ended ? 0 : std::uint64_t{of.last_access()} << 1 | (of.was_fetched() ? 1 : 0)),
          cas_(of.cas) {}

    bool has_ended() const noexcept { return order_ == 0; }
    auto operator<=>(const rank &) const = default;

private:
    std::uint64_t order_;
    std::uint64_t cas_;
};

// Erases the best one of a sample. It stays if it is used or replaced meanwhile. False: nothing was
// erased.
template <class Map>
bool evict_one(contents<Map> &from, worker &by) {
    std::string key_of_best;
    std::optional<rank> best;
    const moment at = from.now();
    from.map().sample(by.random(), [&](std::string_view key, const item &it) {
        const rank here(it, from.has_ended(it, at));
        if (!best || here < *best) {
            key_of_best = key;
            best = here;
        }
    });
    const bool erased = best && from.erase_when(by, key_of_best, [&](const item &it) {
        return rank(it, from.has_ended(it, at)) == *best;
    });
    if (erased)
        by.counts.add(best->has_ended() ? counted::reclaimed : counted::evictions);
    return erased;
}

// For a request that has added so many bytes: a few samples, and more in proportion to what it had
// to read anyway, so that it pays for little more than its own item.
template <class Map>
void make_room(contents<Map> &in, worker &by, std::size_t bytes_added) {
    constexpr std::size_t samples = 3;
    constexpr std::size_t bytes_a_sample = 1024;
    for (std::size_t left = samples + bytes_added / bytes_a_sample;
         left != 0 && in.memory().is_above_limit(); --left)
        evict_one(in, by);
}

// For a thread that has time.
template <class Map>
void evict_down_to_limit(contents<Map> &in, worker &by) {
    // So many in a row find nothing only in a map that is nearly empty.
    constexpr int patience = 1000;
    constexpr int most = 100'000;
    for (int i = 0, failed = 0; i != most && failed != patience && in.memory().is_above_limit();
         ++i)
        failed = evict_one(in, by) ? 0 : failed + 1;
}

} // namespace ferry::service
