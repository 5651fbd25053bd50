// SPDX-License-Identifier: BSL-1.0
#pragma once

// The items of a store, in its map: which of them count as present, what each change adds to the
// memory in use, and the cas numbers.

#include "maps/item_map.hpp"
#include "store/clock.hpp"
#include "store/memory_use.hpp"
#include "store/rules.hpp"
#include "store/worker.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

namespace ferry::service {

struct moment {
    std::uint32_t tick;
    std::uint32_t second;
};

template <item_map Map>
class contents {
public:
    explicit contents(std::size_t memory_limit) : memory_(memory_limit) {}

    Map &map() noexcept { return map_; }
    coarse_clock &clock() noexcept { return clock_; }
    const memory_use &memory() const noexcept { return memory_; }

    moment now() const noexcept {
        const std::uint32_t tick = clock_.tick();
        return {tick, tick / coarse_clock::ticks_a_second};
    }

    // Whether flush_all came after it.
    bool is_flushed(const item &it) const noexcept {
        // relaxed: whoever saw a flush_all answered sees its number
        return it.cas < first_valid_cas_.load(std::memory_order_relaxed);
    }
    // Whether it is absent for clients, though not erased yet.
    bool has_ended(const item &it, moment at) const noexcept {
        return (it.expires != 0 && it.expires <= at.second) || is_flushed(it);
    }

    // One step of the map: `rule(item or null, stamp)` decides. An item that has ended is absent
    // for it, and is erased if it answers ferry::keep.
    template <class Rule>
    void change(worker &by, std::string_view key, Rule &&rule) {
        std::int64_t growth = 0;
        bool reclaimed = false;
        map_.compute(key, [&](const item *present) -> decision {
            const moment at = now();
            const bool ended = present != nullptr && has_ended(*present, at);
            // The number is drawn here, so that later items of a key have larger ones.
            decision made = rule(ended ? nullptr : present, stamp{next_cas(), at.tick});
            const bool stored = made.value().has_value();
            reclaimed = ended && !stored;
            const bool removes = present != nullptr && (stored || made.erases() || ended);
            growth =
                (stored ? size_of(key, *made.value()) : 0) - (removes ? size_of(key, *present) : 0);
            return reclaimed ? decision(ferry::erase) : std::move(made);
        });
        if (reclaimed)
            by.counts.add(counted::reclaimed);
        memory_.add(growth, by.bytes_not_handed_over);
    }

    // Erases the key's item if `condition(item)` holds.
    template <class Condition>
    bool erase_when(worker &by, std::string_view key, Condition &&condition) {
        std::int64_t freed = 0;
        map_.compute(key, [&](const item *present) -> decision {
            freed = 0;
            if (present == nullptr || !condition(*present))
                return ferry::keep;
            freed = size_of(key, *present);
            return ferry::erase;
        });
        memory_.add(-freed, by.bytes_not_handed_over);
        return freed != 0;
    }

    void erase_if_ended(worker &by, std::string_view key) {
        if (erase_when(by, key, [&](const item &it) { return has_ended(it, now()); }))
            by.counts.add(counted::reclaimed);
    }

    // --- flush_all ---

    // relaxed, all: nothing but the numbers counts
    void flush() noexcept {
        flush_at_.store(never, std::memory_order_relaxed);
        invalidate_all();
    }
    void flush_later(std::uint32_t second) noexcept {
        flush_at_.store(second, std::memory_order_relaxed); // relaxed: see flush()
    }
    void flush_if_due() noexcept {
        std::uint32_t due = flush_at_.load(std::memory_order_relaxed); // relaxed: see flush()
        // Failure: another flush_all came in between, and counts.
        // relaxed: see flush()
        if (clock_.second() >= due &&
            flush_at_.compare_exchange_strong(due, never, std::memory_order_relaxed))
            invalidate_all();
    }

private:
    // Of several threads' calls the latest counts, in whatever order they end.
    void invalidate_all() noexcept {
        // relaxed, all: see flush()
        const std::uint64_t next = last_cas_.load(std::memory_order_relaxed) + 1;
        std::uint64_t first_valid = first_valid_cas_.load(std::memory_order_relaxed);
        while (first_valid < next && !first_valid_cas_.compare_exchange_weak(
                                         first_valid, next, std::memory_order_relaxed)) {
        }
    }

    static constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();
    static constexpr bool holds_nothing = requires { typename Map::holds_nothing; };

    // relaxed: the number alone counts
    std::uint64_t next_cas() noexcept {
        return last_cas_.fetch_add(1, std::memory_order_relaxed) + 1;
    }

    static std::int64_t size_of(std::string_view key, const item &it) noexcept {
        return holds_nothing ? 0 : static_cast<std::int64_t>(bytes_taken(key, it));
    }

    Map map_;
    coarse_clock clock_;
    memory_use memory_;
    alignas(128) std::atomic<std::uint64_t> last_cas_{0}; // alone on its line: every change adds
    alignas(128) std::atomic<std::uint64_t> first_valid_cas_{0};
    std::atomic<std::uint32_t> flush_at_{never};
};

} // namespace ferry::service
