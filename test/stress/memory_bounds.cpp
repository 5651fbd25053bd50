// SPDX-License-Identifier: BSL-1.0

// How much memory a map has while keys come and go: no more than what its policy of sweeping and
// the pace of reclamation allow.

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/flat_maps.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"
#include "support/unpaced.hpp"

namespace stress_memory_bounds {

using namespace ferry::test;

namespace {

// What the map has from its allocator: all nodes and boxes.
inline std::atomic<std::int64_t> bytes_allocated{0};

template <class T>
struct counting_allocator {
    using value_type = T;

    counting_allocator() = default;
    template <class U>
    counting_allocator(const counting_allocator<U> &) noexcept {}

    T *allocate(std::size_t n) {
        bytes_allocated.fetch_add(static_cast<std::int64_t>(n * sizeof(T)),
                                  std::memory_order_relaxed);
        return std::allocator<T>().allocate(n);
    }
    void deallocate(T *place, std::size_t n) noexcept {
        bytes_allocated.fetch_sub(static_cast<std::int64_t>(n * sizeof(T)),
                                  std::memory_order_relaxed);
        std::allocator<T>().deallocate(place, n);
    }
    template <class U>
    friend bool operator==(const counting_allocator &, const counting_allocator<U> &) noexcept {
        return true;
    }
};

// Enough keys that a flat map's table is large, too.
constexpr std::size_t live = 1000;

struct nodes {
    using map =
        ferry::concurrent_map<std::uint64_t, std::uint64_t, ferry::hash<std::uint64_t>,
                              std::equal_to<>,
                              counting_allocator<std::pair<const std::uint64_t, std::uint64_t>>>;
    static constexpr std::size_t slot_size = 8;
    static constexpr std::size_t node_size = 24;
    static constexpr std::size_t pairs = 10'000'000;
};

struct cells {
    using map = flat_u64_map;
    static constexpr std::size_t slot_size = 16;
    static constexpr std::size_t node_size = 0;
    static constexpr std::size_t pairs = 1'500'000;
};

// A table of so many slots: these, a tail of at most 64 buckets, and its stripes and lines.
template <class Kind>
constexpr std::size_t bytes_of_table(std::size_t slots) {
    return Kind::slot_size * slots + 64 * 64 + 64 * 70;
}

// The largest table for so many live keys. A table is enlarged, then four times at most, when live
// keys are more than 3/8 of its capacity.
constexpr std::size_t largest_capacity(std::size_t keys) {
    std::size_t capacity = 16;
    while (keys > capacity / 8 * 3)
        capacity *= 2;
    return 2 * capacity;
}

constexpr std::size_t largest = largest_capacity(live);

// The dead of a table of this capacity when its sweep ends, at most. It begins when they are more
// than live + capacity/8 + 64, which is looked at by the time that one thread's share of an eighth
// of that has come; it ends when each of its buckets was settled, one at least by each operation,
// of which half erase.
constexpr std::size_t most_dead(std::size_t capacity, std::size_t keys, unsigned threads) {
    const std::size_t unseen = threads * (capacity / 8 + 64) / 8;
    const std::size_t buckets = capacity / 8 + 64; // of cells: units
    return keys + capacity / 8 + 64 + unseen + buckets / 2;
}

// A dropped node is kept for two grace periods, an epoch each to be retired and freed in, and one
// more for the list that it waits in meanwhile.
constexpr std::size_t epochs_kept = 10;
constexpr std::size_t retirements_per_epoch = ferry::detail::turns_per_advance;
// Of small tables fewer are retired in an epoch, as each 256 of their bytes are a turn.
constexpr std::size_t table_bytes_per_epoch = retirements_per_epoch * ferry::detail::bytes_per_turn;

struct most {
    std::size_t table_bytes = 0;
    std::size_t node_bytes = 0;
    std::size_t retired_bytes = 0;
    std::size_t sum = 0;

    void look_at(const ferry::map_stats &now) {
        table_bytes = std::max(table_bytes, now.table_bytes);
        node_bytes = std::max(node_bytes, now.node_bytes);
        retired_bytes = std::max(retired_bytes, now.retired_bytes);
        sum = std::max(sum, now.table_bytes + now.node_bytes + now.retired_bytes);
    }
    std::string text() const {
        return "at most " + std::to_string(table_bytes) + " bytes of tables, " +
               std::to_string(node_bytes) + " of nodes, " + std::to_string(retired_bytes) +
               " retired, " + std::to_string(sum) + " together";
    }
};

// Each pair inserts a fresh key and erases the oldest one of the thread.
template <class Map>
class churner {
public:
    churner(Map &map, unsigned id, std::size_t keys)
        : map_(map), oldest_(std::uint64_t{id} << 40), next_(oldest_) {
        while (next_ - oldest_ < keys)
            map_.insert(next_, next_), ++next_;
    }
    bool pair() {
        const bool inserted = map_.insert(next_, next_);
        ++next_;
        const bool erased = map_.erase(oldest_) == 1;
        ++oldest_;
        return inserted && erased;
    }

private:
    Map &map_;
    std::uint64_t oldest_;
    std::uint64_t next_;
};

// With nobody at work: what the map says it has is what it has.
bool says_what_it_has(const ferry::map_stats &now, std::int64_t before) {
    // Retired tables are among the retired bytes, and not from the allocator.
    const auto has = static_cast<std::size_t>(bytes_allocated.load() - before);
    return now.node_bytes <= has && has <= now.node_bytes + now.retired_bytes;
}

} // namespace

// One thread: nothing for ThreadSanitizer.
TEST_CASE_TEMPLATE(
    "a thread that inserts fresh keys and erases old ones needs no more memory than is promised" *
        doctest::skip(under_tsan),
    Kind, nodes, cells) {
    const unpaced no_pauses;
    constexpr std::size_t node_size = Kind::node_size;
    const std::size_t pairs = scaled(Kind::pairs);
    const std::int64_t before = bytes_allocated;
    most seen;
    {
        typename Kind::map map;
        churner only(map, 0, live);
        std::size_t wrong = 0;
        std::size_t too_many_dead = 0;
        for (std::size_t i = 0; i < pairs; ++i) {
            wrong += !only.pair();
            if (i % 256 != 0)
                continue;
            const ferry::map_stats now = map.stats();
            seen.look_at(now);
            too_many_dead += now.dead > most_dead(now.capacity, live, 1);
            wrong += !says_what_it_has(now, before);
        }
        CHECK(wrong == 0);
        CHECK(too_many_dead == 0);
        CHECK(map.stats().swept >= pairs / 4000);
        INFO(seen.text());
        CHECK(seen.table_bytes <= 2 * bytes_of_table<Kind>(largest));
        CHECK(seen.node_bytes <= (live + 1 + most_dead(largest, live, 1)) * node_size);
        // Each sweep drops more nodes than there are live keys, and retires a table.
        constexpr std::size_t retired = epochs_kept * retirements_per_epoch;
        CHECK(seen.retired_bytes <=
              retired * node_size + (retired / live + 1) * bytes_of_table<Kind>(largest));
    }
    CHECK(bytes_allocated == before);
}

TEST_CASE_TEMPLATE("tables that a small map retires are as few bytes as those of a larger one" *
                       doctest::skip(under_tsan),
                   Kind, nodes, cells) {
    const unpaced no_pauses;
    for (const std::size_t keys : {20, 100, 300}) {
        typename Kind::map map;
        churner only(map, 0, keys);
        const std::size_t of_table = bytes_of_table<Kind>(largest_capacity(keys));
        const std::size_t node_bytes_per_epoch = retirements_per_epoch * Kind::node_size;
        std::size_t most_retired = 0;
        std::size_t wrong = 0;
        for (std::size_t i = 0, pairs = scaled(300'000, 150'000); i < pairs; ++i) {
            wrong += !only.pair();
            if (i % 64 == 0)
                most_retired = std::max(most_retired, map.stats().retired_bytes);
        }
        CHECK(wrong == 0);
        CAPTURE(keys);
        CHECK(map.stats().swept > 100);
        CHECK(most_retired <=
              epochs_kept * (node_bytes_per_epoch + table_bytes_per_epoch + of_table));
    }
}

TEST_CASE("a thread that writes to several maps in turn frees the garbage of each") {
    const unpaced no_pauses;
    for (const std::size_t count : {2, 3, 4, 6, 8}) {
        std::vector<nodes::map> maps(count);
        for (std::size_t i = 0, rounds = scaled(50'000, 20'000); i < rounds; ++i)
            for (nodes::map &each : maps)
                each.insert_or_assign(i % 16, i);
        CAPTURE(count);
        for (const nodes::map &each : maps)
            CHECK(each.stats().retired_objects <= epochs_kept * retirements_per_epoch);
    }
}

TEST_CASE_TEMPLATE(
    "three threads that insert fresh keys and erase old ones need no more memory than is "
    "promised",
    Kind, nodes, cells) {
    const unpaced no_pauses;
    constexpr std::size_t node_size = Kind::node_size;
    constexpr unsigned threads = 3;
    // Nobody is further ahead than a round: else a thread that the system interrupts while it is
    // pinned holds the epoch back for as long as that takes, and the garbage says how long it was.
    constexpr std::size_t round = 256;
    const std::size_t rounds = scaled(1000000) / round / threads;
    const std::int64_t before = bytes_allocated;
    most seen;
    {
        typename Kind::map map;
        std::size_t wrong = 0;
        std::barrier quiet(threads, [&]() noexcept {
            const ferry::map_stats now = map.stats();
            seen.look_at(now);
            wrong += !says_what_it_has(now, before);
        });
        CHECK(crew(threads, [&](unsigned id, findings &found) {
                  churner mine(map, id, live / threads);
                  for (std::size_t i = 0; i < rounds; ++i) {
                      quiet.arrive_and_wait();
                      for (std::size_t j = 0; j < round; ++j)
                          found.expect(mine.pair(), "a fresh key is inserted, an old one erased");
                  }
              }).text() == "");
        CHECK(wrong == 0);
        INFO(seen.text());
        CHECK(seen.table_bytes <= 2 * bytes_of_table<Kind>(largest));
        const std::size_t nodes = (live + threads + most_dead(largest, live, threads)) * node_size;
        CHECK(seen.node_bytes <= nodes);
        // In each round with an attempt the epoch moves on once at least, for nobody is pinned when
        // it begins; and it has not more to retire than a sweep.
        CHECK(seen.retired_bytes <= epochs_kept * (nodes + bytes_of_table<Kind>(largest)));
    }
    CHECK(bytes_allocated == before);
}

} // namespace stress_memory_bounds
