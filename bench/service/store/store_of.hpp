// SPDX-License-Identifier: BSL-1.0
#pragma once

// The store on a given map. What changes decide is in rules.cpp; here each becomes one step of
// the map, and is counted.

#include "store/contents.hpp"
#include "store/crawler.hpp"
#include "store/eviction.hpp"
#include "store/store.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace ferry::service {

template <item_map Map>
class store_of final : public store {
public:
    explicit store_of(std::size_t memory_limit) : contents_(memory_limit) {}

    worker &add_worker() override {
        const std::lock_guard lock(workers_mutex_);
        return workers_.emplace_back(workers_.size() + 1);
    }
    coarse_clock &clock() noexcept override { return contents_.clock(); }

    bool get_many(worker &by, std::span<const std::string_view> keys, each_found each) override {
        // At most so many of the items that have ended are erased; the crawler finds the others.
        std::array<std::size_t, 8> ended;
        std::size_t ended_count = 0;
        std::size_t hits = 0;
        std::size_t asked = keys.size();
        const moment now = contents_.now();
        contents_.map().visit_many(keys, [&](std::size_t index, const item &found) {
            if (index >= asked)
                return;
            if (contents_.has_ended(found, now)) {
                by.counts.add(contents_.is_flushed(found) ? counted::get_flushed
                                                          : counted::get_expired);
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
            contents_.erase_if_ended(by, keys[ended[i]]);
        by.counts.add(counted::get_commands, asked);
        by.counts.add(counted::get_hits, hits);
        by.counts.add(counted::get_misses, asked - hits);
        return asked == keys.size();
    }

    bool look_at(std::string_view key, callback<void(const item &)> f) override {
        bool lives = false;
        const moment now = contents_.now();
        contents_.map().visit(key, [&](const item &found) {
            lives = !contents_.has_ended(found, now);
            if (lives)
                f(found);
        });
        return lives;
    }

    // If memory is full, no item is made, as in memcached.
    bool fetch(worker &by, std::string_view key, const fetching &asked, if_found f) override {
        fetched result;
        fetching how = asked;
        if (how.vivify_expires && is_refused(by))
            how.vivify_expires.reset();
        const moment now = contents_.now();
        const bool present = contents_.map().visit(key, [&](const item &found) {
            if (!contents_.has_ended(found, now) && tell_of(found, how, now.tick, result))
                f(result, found);
        });
        if (!result.found && (present || how.vivify_expires)) {
            item shown;
            contents_.change(by, key, [&](const item *found, stamp at) {
                return fetch_rule(found, how, at, result, shown);
            });
            if (result.made)
                make_room_for(by, 0);
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
        if (is_refused(by, how.bytes.size())) {
            // The old value must not be taken for the one that could not be stored.
            if (how.mode == writing_mode::set)
                drop(by, key);
            return {outcome::no_memory, 0};
        }
        contents_.change(by, key, [&](const item *found, stamp at) {
            return write_rule(found, how, at, result);
        });
        if (result.what == outcome::done)
            by.counts.add(counted::items_stored);
        if (how.mode == writing_mode::cas && result.what != outcome::not_stored)
            by.counts.add(result.what == outcome::done     ? counted::cas_hits
                          : result.what == outcome::exists ? counted::cas_wrong
                                                           : counted::cas_misses);
        make_room_for(by, how.bytes.size());
        return result;
    }

    counted_to count(worker &by, std::string_view key, const counting &how) override {
        counted_to result;
        if (how.vivify_expires && is_refused(by)) {
            result.what = outcome::no_memory;
            return result;
        }
        bool missed = false;
        contents_.change(by, key, [&](const item *found, stamp at) {
            missed = found == nullptr;
            return count_rule(found, how, at, result);
        });
        if (missed)
            by.counts.add(how.up ? counted::incr_misses : counted::decr_misses);
        else if (result.what == outcome::done)
            by.counts.add(how.up ? counted::incr_hits : counted::decr_hits);
        make_room_for(by, 0);
        return result;
    }

    outcome erase(worker &by, std::string_view key, const erasing &how) override {
        outcome result = outcome::not_found;
        contents_.change(by, key, [&](const item *found, stamp at) {
            return erase_rule(found, how, at, result);
        });
        if (result != outcome::done)
            by.counts.add(counted::delete_misses);
        else if (!how.only_invalidates)
            by.counts.add(counted::delete_hits);
        return result;
    }

    void drop(worker &by, std::string_view key) override {
        contents_.erase_when(by, key, [](const item &) { return true; });
    }

    bool touch(worker &by, std::string_view key, std::uint32_t expires, item &result) override {
        bool found = false;
        contents_.change(by, key, [&](const item *present, stamp at) {
            found = present != nullptr;
            return touch_rule(present, expires, at, result);
        });
        by.counts.add(counted::touch_commands);
        by.counts.add(found ? counted::touch_hits : counted::touch_misses);
        return found;
    }

    void flush_all(worker &by, std::int64_t delay) override {
        by.counts.add(counted::flush_commands);
        if (delay > 0)
            contents_.flush_later(contents_.clock().end_of(delay));
        else
            contents_.flush();
    }

    void stats(stats_line line) override {
        const auto number = [&](std::string_view name, std::uint64_t value) {
            line(name, std::to_string(value));
        };
        const std::lock_guard lock(workers_mutex_);
        for (std::size_t i = 0; i != counter_names.size(); ++i)
            number(counter_names[i], sum(static_cast<counted>(i)) - before_reset_[i]);
        number("limit_maxbytes", contents_.memory().limit());
        std::int64_t bytes = contents_.memory().sum();
        for (const worker &each : workers_)
            bytes +=
                each.bytes_not_handed_over.load(std::memory_order_relaxed); // relaxed: a figure
        number("bytes", static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0)));
        number("curr_items", contents_.map().size());
        contents_.map().stats(line);
    }

    std::size_t size() override { return contents_.map().size(); }

    void reset_stats() override {
        const std::lock_guard lock(workers_mutex_);
        for (std::size_t i = 0; i != counter_names.size(); ++i)
            before_reset_[i] = sum(static_cast<counted>(i));
    }

    void maintain(worker &by) override {
        contents_.flush_if_due();
        crawler_.step(by);
        evict_down_to_limit(contents_, by);
        contents_.map().idle();
    }

    bool needs_maintenance() const noexcept override {
        return contents_.memory().is_far_above_limit();
    }
    void set_alarm(std::function<void()> alarm) override { alarm_ = std::move(alarm); }

private:
    // Whether memory is so full that nothing is taken in. The request evicts all the same.
    bool is_refused(worker &by, std::size_t bytes_wanted = 0) {
        if (!contents_.memory().is_full())
            return false;
        make_room_for(by, bytes_wanted);
        by.counts.add(counted::no_memory);
        return true;
    }

    void make_room_for(worker &by, std::size_t bytes_added) {
        make_room(contents_, by, bytes_added);
        if (contents_.memory().is_far_above_limit() && alarm_)
            alarm_();
    }

    std::uint64_t sum(counted what) const {
        std::uint64_t all = 0;
        for (const worker &each : workers_)
            all += each.counts.get(what);
        return all;
    }

    contents<Map> contents_;
    crawler<Map> crawler_{contents_}; // of the thread that maintains
    std::function<void()> alarm_;

    std::mutex workers_mutex_;
    std::deque<worker> workers_;
    std::array<std::uint64_t, counter_names.size()> before_reset_{};
};

} // namespace ferry::service
