// SPDX-License-Identifier: BSL-1.0
#pragma once

// The store on a given map. What changes decide is in rules.cpp; here each becomes one compute() of
// the map, with what it adds to the memory in use.

#include "maps/item_map.hpp"
#include "store/memory_use.hpp"
#include "store/rules.hpp"
#include "store/store.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace ferry::service {

template <item_map Map>
class store_of final : public store {
public:
    explicit store_of(std::size_t memory_limit) : memory_(memory_limit) {}

    worker &add_worker() override {
        const std::lock_guard lock(workers_mutex_);
        return workers_.emplace_back(workers_.size() + 1);
    }
    coarse_clock &clock() noexcept override { return clock_; }

    bool get_many(worker &by, std::span<const std::string_view> keys, each_found each) override {
        // At most so many of the items that have ended are erased; the crawler finds the others.
        std::array<std::size_t, 8> ended;
        std::size_t ended_count = 0;
        std::size_t hits = 0;
        std::size_t asked = keys.size();
        const moment now = this->now();
        map_.visit_many(keys, [&](std::size_t index, const item &found) {
            if (index >= asked)
                return;
            if (has_ended(found, now)) {
                by.counts.add(is_flushed(found) ? counted::get_flushed : counted::get_expired);
                if (ended_count != ended.size())
                    ended[ended_count++] = index;
                return;
            }
            if (!each(index, found)) {
                asked = index;
                return;
            }
            found.note_fetch(now.tick);
            ++hits;
        });
        for (std::size_t i = 0; i != ended_count; ++i)
            erase_if_ended(by, keys[ended[i]]);
        by.counts.add(counted::get_commands, asked);
        by.counts.add(counted::get_hits, hits);
        by.counts.add(counted::get_misses, asked - hits);
        return asked == keys.size();
    }

    bool look_at(std::string_view key, callback<void(const item &)> f) override {
        bool lives = false;
        const moment now = this->now();
        map_.visit(key, [&](const item &found) {
            lives = !has_ended(found, now);
            if (lives)
                f(found);
        });
        return lives;
    }

    bool fetch(worker &by, std::string_view key, const fetching &how, if_found f) override {
        fetched result;
        const moment now = this->now();
        const bool present = map_.visit(key, [&](const item &found) {
            if (!has_ended(found, now) && tell_of(found, how, now.tick, result))
                f(result, found);
        });
        if (!result.found && (present || how.vivify_expires)) {
            item shown;
            change(by, key, [&](const item *found, stamp at) {
                return fetch_rule(found, how, at, result, shown);
            });
            if (result.found)
                f(result, shown);
        }
        if (how.expires && result.found) {
            by.counts.add(counted::touch_commands);
            by.counts.add(counted::touch_hits);
        } else {
            by.counts.add(counted::get_commands);
            by.counts.add(result.found ? counted::get_hits : counted::get_misses);
        }
        return result.found;
    }

    written write(worker &by, std::string_view key, const writing &how) override {
        written result;
        by.counts.add(counted::set_commands);
        if (memory_.is_full()) {
            make_room(by);
            by.counts.add(counted::no_memory);
            // The old value must not be taken for the one that could not be stored.
            if (how.mode == writing_mode::set)
                erase_when(by, key, [](const item &) { return true; });
            return {outcome::no_memory, 0};
        }
        change(by, key,
               [&](const item *found, stamp at) { return write_rule(found, how, at, result); });
        if (result.what == outcome::done)
            by.counts.add(counted::items_stored);
        if (how.mode == writing_mode::cas && result.what != outcome::not_stored)
            by.counts.add(result.what == outcome::done     ? counted::cas_hits
                          : result.what == outcome::exists ? counted::cas_wrong
                                                           : counted::cas_misses);
        make_room(by);
        return result;
    }

    counted_to count(worker &by, std::string_view key, const counting &how) override {
        counted_to result;
        bool missed = false;
        change(by, key, [&](const item *found, stamp at) {
            missed = found == nullptr;
            return count_rule(found, how, at, result);
        });
        if (missed)
            by.counts.add(how.up ? counted::incr_misses : counted::decr_misses);
        else if (result.what == outcome::done)
            by.counts.add(how.up ? counted::incr_hits : counted::decr_hits);
        make_room(by);
        return result;
    }

    outcome erase(worker &by, std::string_view key, const erasing &how) override {
        outcome result = outcome::not_found;
        change(by, key,
               [&](const item *found, stamp at) { return erase_rule(found, how, at, result); });
        if (result != outcome::done)
            by.counts.add(counted::delete_misses);
        else if (!how.only_invalidates)
            by.counts.add(counted::delete_hits);
        return result;
    }

    bool touch(worker &by, std::string_view key, std::uint32_t expires, item &result) override {
        bool found = false;
        change(by, key, [&](const item *present, stamp at) {
            found = present != nullptr;
            return touch_rule(present, expires, at, result);
        });
        by.counts.add(counted::touch_commands);
        by.counts.add(found ? counted::touch_hits : counted::touch_misses);
        return found;
    }

    void flush_all(worker &by, std::int64_t delay) override {
        by.counts.add(counted::flush_commands);
        // relaxed, both: maintain() needs nothing but the number
        if (delay > 0) {
            flush_at_.store(clock_.end_of(delay), std::memory_order_relaxed);
            return;
        }
        flush_at_.store(never, std::memory_order_relaxed);
        flush_now();
    }

    void stats(stats_line line) override {
        const auto number = [&](std::string_view name, std::uint64_t value) {
            line(name, std::to_string(value));
        };
        const std::lock_guard lock(workers_mutex_);
        for (std::size_t i = 0; i != counter_names.size(); ++i)
            number(counter_names[i], sum(static_cast<counted>(i)) - before_reset_[i]);
        number("limit_maxbytes", memory_.limit());
        std::int64_t bytes = static_cast<std::int64_t>(memory_.bytes());
        for (const worker &each : workers_)
            bytes +=
                each.bytes_not_handed_over.load(std::memory_order_relaxed); // relaxed: a figure
        number("bytes", static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0)));
        number("curr_items", map_.size());
        map_.stats(line);
    }

    std::size_t size() override { return map_.size(); }

    void reset_stats() override {
        const std::lock_guard lock(workers_mutex_);
        for (std::size_t i = 0; i != counter_names.size(); ++i)
            before_reset_[i] = sum(static_cast<counted>(i));
    }

    void maintain(worker &by) override {
        if (clock_.second() >=
            flush_at_.load(std::memory_order_relaxed)) { // relaxed: see flush_all
            flush_at_.store(never, std::memory_order_relaxed);
            flush_now();
        }
        crawl(by);
        evict_down_to_limit(by);
        map_.idle();
    }

    bool needs_maintenance() const noexcept override { return memory_.is_far_above_limit(); }
    void set_alarm(std::function<void()> alarm) override { alarm_ = std::move(alarm); }

private:
    static constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();

    struct moment {
        std::uint32_t tick;
        std::uint32_t second;
    };

    moment now() const noexcept {
        const std::uint32_t tick = clock_.tick();
        return {tick, tick / coarse_clock::ticks_a_second};
    }

    // Whether flush_all came after it.
    bool is_flushed(const item &it) const noexcept {
        // relaxed: whoever saw a flush_all answered sees its number
        return it.cas < first_valid_cas_.load(std::memory_order_relaxed);
    }
    bool has_ended(const item &it, moment at) const noexcept {
        return (it.expires != 0 && it.expires <= at.second) || is_flushed(it);
    }

    // relaxed, in both: the number alone counts
    std::uint64_t next_cas() noexcept {
        return last_cas_.fetch_add(1, std::memory_order_relaxed) + 1;
    }
    void flush_now() noexcept {
        first_valid_cas_.store(last_cas_.load(std::memory_order_relaxed) + 1,
                               std::memory_order_relaxed);
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
            decision made = rule(ended ? nullptr : present, stamp{next_cas(), at.tick, at.second});
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

    static std::int64_t size_of(std::string_view key, const item &it) noexcept {
        return static_cast<std::int64_t>(bytes_taken(key, it));
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

    // --- eviction ---

    // A few samples, so that a request that adds an item pays for little more than one.
    void make_room(worker &by) {
        constexpr int most_samples = 3;
        for (int i = 0; i != most_samples && memory_.is_above_limit(); ++i)
            evict_one(by);
        if (memory_.is_far_above_limit() && alarm_)
            alarm_();
    }

    // Erases the one of a sample that was not used for the longest time, or one that has ended. It
    // stays if it is used or replaced meanwhile. False: nothing was erased.
    bool evict_one(worker &by) {
        std::string oldest;
        std::uint64_t cas = 0;
        std::uint32_t last_access = 0;
        const moment at = now();
        map_.sample(by.random(), [&](std::string_view key, const item &it) {
            const std::uint32_t access = has_ended(it, at) ? 0 : it.last_access();
            if (!oldest.empty() && access >= last_access)
                return;
            oldest = key;
            cas = it.cas;
            last_access = access;
        });
        if (oldest.empty())
            return false;
        const bool erased = erase_when(by, oldest, [&](const item &it) {
            return it.cas == cas && (last_access == 0 || it.last_access() == last_access);
        });
        if (erased)
            by.counts.add(last_access == 0 ? counted::reclaimed : counted::evictions);
        return erased;
    }

    void evict_down_to_limit(worker &by) {
        // So many in a row find nothing only in a map that is nearly empty.
        constexpr int patience = 64;
        constexpr int most = 100'000;
        for (int i = 0, failed = 0; i != most && failed != patience && memory_.is_above_limit();
             ++i)
            failed = evict_one(by) ? 0 : failed + 1;
    }

    // --- the crawler ---

    // Looks through the next parts of the map for items that have ended. A walk through all takes
    // 64 calls or more.
    void crawl(worker &by) {
        constexpr std::size_t items_a_part = 1024;
        constexpr std::size_t calls_a_walk = 64;
        constexpr std::size_t most_parts = 32;
        if (part_ == parts_) {
            part_ = 0;
            parts_ = map_.size() / items_a_part + 1;
        }
        const std::size_t now_parts = std::min(parts_ / calls_a_walk + 1, most_parts);
        for (std::size_t i = 0; i != now_parts && part_ != parts_; ++i, ++part_) {
            ended_.clear();
            const moment at = now();
            map_.scan(part_, parts_, [&](std::string_view key, const item &it) {
                if (has_ended(it, at))
                    ended_.emplace_back(key);
            });
            for (const std::string &key : ended_)
                erase_if_ended(by, key);
        }
    }

    std::uint64_t sum(counted what) const {
        std::uint64_t all = 0;
        for (const worker &each : workers_)
            all += each.counts.get(what);
        return all;
    }

    Map map_;
    coarse_clock clock_;
    memory_use memory_;
    alignas(128) std::atomic<std::uint64_t> last_cas_{0}; // alone on its line: every change adds
    alignas(128) std::atomic<std::uint64_t> first_valid_cas_{0};
    std::atomic<std::uint32_t> flush_at_{never};

    std::mutex workers_mutex_;
    std::deque<worker> workers_;
    std::array<std::uint64_t, counter_names.size()> before_reset_{};

    std::function<void()> alarm_;

    // Of the thread that maintains.
    std::size_t part_ = 0;
    std::size_t parts_ = 0;
    std::vector<std::string> ended_;
};

} // namespace ferry::service
