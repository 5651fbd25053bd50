// SPDX-License-Identifier: BSL-1.0
#pragma once

// What one thread has done. Only that thread counts; others may read at any time.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ferry::service {

enum class counted : std::uint8_t {
    get_commands,
    set_commands,
    flush_commands,
    touch_commands,
    meta_commands,
    get_hits,
    get_misses,
    get_expired,
    get_flushed,
    delete_misses,
    delete_hits,
    incr_misses,
    incr_hits,
    decr_misses,
    decr_hits,
    cas_misses,
    cas_hits,
    cas_wrong,
    touch_hits,
    touch_misses,
    too_large,
    no_memory,
    bytes_read,
    bytes_written,
    items_stored,
    evictions,
    reclaimed, // expired and flushed items that were erased
};

// memcached's names for them, in the order of the enumerators.
inline constexpr std::array<std::string_view, 27> counter_names{
    "cmd_get",         "cmd_set",         "cmd_flush",   "cmd_touch",     "cmd_meta",
    "get_hits",        "get_misses",      "get_expired", "get_flushed",   "delete_misses",
    "delete_hits",     "incr_misses",     "incr_hits",   "decr_misses",   "decr_hits",
    "cas_misses",      "cas_hits",        "cas_badval",  "touch_hits",    "touch_misses",
    "store_too_large", "store_no_memory", "bytes_read",  "bytes_written", "total_items",
    "evictions",       "reclaimed",
};
static_assert(counter_names.size() == static_cast<std::size_t>(counted::reclaimed) + 1,
              "each counter needs its name");

class counters {
public:
    void add(counted what, std::uint64_t n = 1) noexcept {
        // relaxed, all: figures that nothing depends on. One thread writes: no read-modify-write.
        std::atomic<std::uint64_t> &number = at(what);
        number.store(number.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    std::uint64_t get(counted what) const noexcept {
        return at(what).load(std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t> &at(counted what) noexcept {
        return numbers_[static_cast<std::size_t>(what)];
    }
    const std::atomic<std::uint64_t> &at(counted what) const noexcept {
        return numbers_[static_cast<std::size_t>(what)];
    }

    std::array<std::atomic<std::uint64_t>, counter_names.size()> numbers_{};
};

} // namespace ferry::service
