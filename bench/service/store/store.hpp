// SPDX-License-Identifier: BSL-1.0
#pragma once

// The cache: items with an end, a limit of memory, and statistics, on whichever map. Any number of
// threads use it, each with a worker of its own. Each change is one step of the map.

#include "store/callback.hpp"
#include "store/changes.hpp"
#include "store/clock.hpp"
#include "store/worker.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace ferry::service {

class store {
public:
    virtual ~store() = default;

    // For a thread that is to use the store. It lives as long as the store.
    virtual worker &add_worker() = 0;
    virtual coarse_clock &clock() noexcept = 0;

    // Calls `each(index, item)` for the keys that are present, in order. If `each` returns false,
    // this returns false, and that key and all later ones do not count as asked for.
    using each_found = callback<bool(std::size_t, const item &)>;
    virtual bool get_many(worker &by, std::span<const std::string_view> keys, each_found each) = 0;
    // Leaves no trace: neither access nor statistics.
    virtual bool look_at(std::string_view key, callback<void(const item &)> f) = 0;
    // Calls `f` once if there is an item, or one was made.
    using if_found = callback<void(const fetched &, const item &)>;
    virtual bool fetch(worker &by, std::string_view key, const fetching &how, if_found f) = 0;

    virtual written write(worker &by, std::string_view key, const writing &change) = 0;
    virtual counted_to count(worker &by, std::string_view key, const counting &change) = 0;
    virtual outcome erase(worker &by, std::string_view key, const erasing &change) = 0;
    // As erase, but no client has asked for it.
    virtual void drop(worker &by, std::string_view key) = 0;
    // A new end for an item, of which `result` then is a copy. False: there is none.
    virtual bool touch(worker &by, std::string_view key, std::uint32_t expires, item &result) = 0;

    // Ends all items at once, or, after a delay in seconds, all that are in the store by then,
    // including those stored after this call. A later delay replaces an earlier one.
    virtual void flush_all(worker &by, std::int64_t delay) = 0;

    // Calls `line(name, value)` for memcached's general statistics that are the store's, then for
    // those of the map.
    using stats_line = callback<void(std::string_view, const std::string &)>;
    virtual void stats(stats_line line) = 0;
    virtual std::size_t size() = 0;
    virtual void reset_stats() = 0;

    // For one thread, which calls it every tick: erases some items that have ended, evicts while
    // the store is above its limit, and does what the map leaves for such a thread.
    virtual void maintain(worker &by) = 0;
    // Whether the store is so far above its limit that maintain() should be called at once. A
    // change that finds it so calls the alarm, which is set before any.
    virtual bool needs_maintenance() const noexcept = 0;
    virtual void set_alarm(std::function<void()> alarm) = 0;
};

} // namespace ferry::service
