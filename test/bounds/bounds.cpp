// SPDX-License-Identifier: BSL-1.0

// No operation does more than src/README.md says under "Bounds", however large the map is and
// whatever happens to it: buckets that are migrated, objects that are freed, memory that comes and
// goes, counted at each operation of maps that grow, are swept, and shrink.

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/detail/platform/pages.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include "counting_allocator.hpp"
#include "support/crew.hpp"
#include "support/scale.hpp"
#include "system_calls.hpp"

using namespace ferry::test;
namespace tuning = ferry::detail;

namespace {

using allocator = counting_allocator<std::pair<const std::uint64_t, std::uint64_t>>;
using map_type = ferry::concurrent_map<std::uint64_t, std::uint64_t, ferry::hash<std::uint64_t>,
                                       std::equal_to<>, allocator>;

// Of an operation that is no upkeep of the whole map: a value and its box, a bucket's dead nodes,
// and a table.
constexpr unsigned most_retired = 2 + tuning::bucket_slots + 1;
// Its own node or box that was not needed; two for each retired one, up to the end of a drain; and
// those of one look at another stripe.
constexpr unsigned most_freed =
    1 + (most_retired / tuning::turns_per_drain + 1 + 1) * tuning::frees_per_drain;
// What one thread that erases as it iterates retires in the epochs that it waits for, and in about
// as many in which it is freed: an epoch ends with the refresh after the turn that is due, up to 64
// homes of keys later.
constexpr std::size_t most_that_waits =
    10 * (tuning::turns_per_advance + tuning::homes_per_refresh * tuning::bucket_slots);
// Two of a table's buckets, one of its done bits; and of the tables that it makes, as paths may run
// out in the next one too, the heads, of at most two pages, and the last done bits.
constexpr std::size_t most_pages_provided = 2 + 1;
constexpr std::size_t most_pages = most_pages_provided + 2 * (2 + 1);
// A small table comes from the heap, all of it.
constexpr std::size_t most_pages_while_small =
    most_pages + tuning::pages_from_bytes / tuning::page_bytes;
struct most {
    unsigned freed = 0;
    std::size_t pages = 0;    // that it touched first
    std::size_t asked = 0;    // memory that it asked the system to provide
    std::size_t released = 0; // memory, with or without its addresses
    std::size_t unmapped = 0;

    void add(const most &other) {
        freed = std::max(freed, other.freed);
        pages = std::max(pages, other.pages);
        asked = std::max(asked, other.asked);
        released = std::max(released, other.released);
        unmapped = std::max(unmapped, other.unmapped);
    }
};

// Pages that the system has provided to this thread.
std::size_t faults_so_far() {
    rusage now{};
    getrusage(RUSAGE_THREAD, &now);
    return static_cast<std::size_t>(now.ru_minflt);
}

// Whether a page that is touched first is a fault, and nothing else is. Sanitizers' shadow memory
// comes with faults of its own, and so does moving pages to a processor's memory; where pages are
// larger, one fault is for several of ours; some systems do not count them.
bool faults_are_counted() {
    static const bool counted = [] {
        int moves_pages = 0;
        std::ifstream("/proc/sys/kernel/numa_balancing") >> moves_pages;
        if (under_asan || under_tsan || moves_pages != 0 ||
            sysconf(_SC_PAGESIZE) != tuning::page_bytes)
            return false;
        auto *const memory =
            static_cast<std::byte *>(tuning::allocate_zeroed(tuning::pages_from_bytes, false));
        if (memory == nullptr)
            return false;
        static_cast<void>(tuning::populate_for_writing(memory, tuning::page_bytes));
        const std::size_t before = faults_so_far();
        static_cast<void>(
            tuning::populate_for_writing(memory + tuning::page_bytes, tuning::page_bytes));
        const bool one_more = faults_so_far() == before + 1;
        tuning::release_untouched(memory, tuning::pages_from_bytes);
        return one_more;
    }();
    return counted;
}

// What one operation cost.
template <class Operation>
most cost_of(Operation &&operation) {
    asked = {};
    allocated = {};
    const std::size_t before = faults_so_far();
    operation();
    return {allocated.freed, faults_so_far() - before, asked.populated,
            asked.dropped + asked.unmapped_memory, asked.unmapped};
}

void check_bounds(findings &found, const most &seen) {
    found.expect(seen.freed <= most_freed, "an operation frees a few objects at most");
    if (faults_are_counted())
        found.expect(seen.pages <= most_pages_while_small,
                     "an operation touches a few new pages at most");
    found.expect(seen.asked <= most_pages_provided * tuning::page_bytes,
                 "an operation has a few pages provided at most");
    found.expect(seen.released <= tuning::release_bytes, "an operation gives back a piece at most");
    found.expect(seen.unmapped <= tuning::release_stretch,
                 "an operation gives back a stretch of addresses at most");
}

// Inserts, replaces and erases so many keys of its own, one after the other, and then others again
// and again.
template <class AfterEach>
void work(map_type &map, findings &found, std::uint64_t first, std::size_t keys,
          AfterEach &&after_each) {
    most seen;
    const auto count = [&](auto &&operation) {
        seen.add(cost_of(operation));
        after_each();
    };
    for (std::uint64_t i = 0; i != keys; ++i) {
        count([&] { map.try_emplace(first + i, i); });
        if (i % 3 == 0)
            count([&] { map.insert_or_assign(first + i / 2, i); });
        if (i % 5 == 0)
            count([&] { map.contains(first + i * 7 % keys); });
    }
    for (std::uint64_t i = 0; i != keys; ++i)
        count([&] { map.erase(first + i); });
    // Fresh keys, few at a time: swept and shrunk.
    for (std::uint64_t i = 0; i != keys; ++i) {
        count([&] { map.try_emplace(first + keys + i, i); });
        count([&] { map.erase(first + keys + i - std::min<std::uint64_t>(i, 100)); });
    }
    check_bounds(found, seen);
}

} // namespace

TEST_CASE(
    "no operation of one thread does more than its share, through growth, sweep and shrinking") {
    for (const bool small : {false, true}) {
        const std::size_t keys = small ? 6'000 : scaled(200'000, 60'000);
        // A look at the whole map costs too much to be made after each operation of a large one.
        const std::size_t period = small ? 1 : 64;
        pool memory(keys * 256);
        map_type map(ferry::options{}, {}, {}, allocator(memory));
        findings found;
        std::size_t operations = 0;
        auto before = map.stats();
        work(map, found, 0, keys, [&] {
            ++operations;
            if (operations % period > 1)
                return;
            const auto now = map.stats();
            if (operations % period == 1 % period && now.migrations == before.migrations)
                found.expect(now.buckets_migrated <= before.buckets_migrated + 1,
                             "an operation migrates one bucket at most");
            before = now;
        });
        CHECK(found.text() == "");
        const auto stats = map.stats();
        CHECK(stats.grown >= 5);
        CHECK(stats.shrunk >= 3);
        CHECK(stats.swept >= 3);
    }
}

TEST_CASE("no operation of several threads does more than its share") {
    const std::size_t keys = scaled(100'000, 20'000);
    constexpr unsigned threads = 3;
    pool memory(threads * keys * 512);
    map_type map(ferry::options{}, {}, {}, allocator(memory));
    CHECK(crew(threads, [&](unsigned id, findings &found) {
              work(map, found, std::uint64_t{id} << 32, keys, [] {});
          }).text() == "");
    CHECK(map.stats().grown >= 4);
}

TEST_CASE("clear and erase_if free as they go, two for each that they retire") {
    // In a small map they are done before much can be freed.
    constexpr std::size_t keys = 100'000;
    pool memory(keys * 256);
    map_type map(ferry::options{}, {}, {}, allocator(memory));
    for (std::uint64_t i = 0; i != keys; ++i)
        map.try_emplace(i, i);
    for (std::uint64_t i = 0; i != keys; ++i)
        map.insert_or_assign(i, i + 1); // now each has a box that is retired with it
    std::size_t erased = 0;
    std::size_t freed_before = 0;
    std::size_t most_at_once = 0;
    std::size_t most_waiting = 0;
    allocated = {};
    map.erase_if([&](const std::uint64_t &, const std::uint64_t &) {
        most_at_once = std::max<std::size_t>(most_at_once, allocated.freed - freed_before);
        freed_before = allocated.freed;
        if (++erased % 64 == 0)
            most_waiting = std::max(most_waiting, map.stats().retired_objects);
        return true;
    });
    CHECK(erased == keys);
    CHECK(most_at_once <= most_freed);
    // The pin is refreshed on the way: what waits is what a few epochs retire.
    CHECK(allocated.freed > keys / 4);
    CHECK(most_waiting <= most_that_waits);

    for (std::uint64_t i = 0; i != keys; ++i)
        map.insert_or_assign(i, i);
    for (std::uint64_t i = 0; i != keys; ++i)
        map.insert_or_assign(i, i + 1);
    map.clear();
    CHECK(map.empty());
    CHECK(map.stats().retired_objects <= most_that_waits);
}

TEST_CASE(
    "a table is never zeroed or touched as a whole, however large, and no page is read first") {
    if (!faults_are_counted())
        return;
    constexpr std::size_t keys = 400'000;
    pool memory(keys * 64);
    map_type map(ferry::options{}, {}, {}, allocator(memory));
    const std::size_t before = faults_so_far();
    std::size_t pages = 0; // of all tables so far
    std::size_t growths = ~std::size_t{0};
    std::size_t most_at_once = 0;
    std::size_t most_while_small = 0;
    for (std::uint64_t i = 0; i != keys; ++i) {
        const bool small = i < keys / 16;
        const std::size_t start = faults_so_far();
        map.try_emplace(i, i);
        auto &most_of_these = small ? most_while_small : most_at_once;
        most_of_these = std::max(most_of_these, faults_so_far() - start);
        if (const auto now = map.stats(); now.grown != growths) {
            growths = now.grown;
            pages += now.table_bytes / tuning::page_bytes + 1;
        }
    }
    const std::size_t faults = faults_so_far() - before;
    CHECK(map.stats().grown >= 6);
    INFO("faults: ", faults, ", pages of tables: ", pages, ", most at once: ", most_at_once);
    // Of a page that is read first there are two. The memory of small tables is the heap's.
    CHECK(faults <= pages + pages / 8 + 64);
    CHECK(faults >= pages - pages / 8 - 64);
    CHECK(most_while_small <= most_pages_while_small);
    CHECK(most_at_once <= most_pages);
}

TEST_CASE("the first table and a reserved one are provided before keys go there") {
    const std::size_t keys = scaled(400'000, 100'000);
    pool memory(keys * 64);
    for (const auto &[later, one_by_one] : {std::pair(false, false), std::pair(false, true),
                                            std::pair(true, false), std::pair(true, true)}) {
        asked = {};
        refused.populate = one_by_one ? EINVAL : 0; // as by a system that does not know it
        map_type map(ferry::options{.capacity = later ? 0 : keys}, {}, {}, allocator(memory));
        map.try_emplace(~std::uint64_t{0}, 1u);
        if (later)
            map.reserve(keys);
        refused = {};
        CHECK(asked.populated >= map.capacity() * 8);
        // No operation is left to provide any of it.
        most seen;
        const std::size_t before = faults_so_far();
        for (std::uint64_t i = 0; i != keys / 4; ++i)
            seen.add(cost_of([&] { map.try_emplace(i, i); }));
        const std::size_t faults = faults_so_far() - before;
        CHECK(seen.asked == 0);
        // Code that runs for the first time is a fault, too.
        if (faults_are_counted())
            CHECK(faults <= map.capacity() * 8 / tuning::page_bytes / 16);
        findings found;
        check_bounds(found, seen);
        CHECK(found.text() == "");
    }
}

TEST_CASE("an old table goes back while the map is written to, piece by piece, and by reclaim()") {
    const std::size_t keys = scaled(200'000, 100'000);
    pool memory(keys * 128);
    map_type map(ferry::options{}, {}, {}, allocator(memory));
    std::uint64_t next = 0;
    while (map.stats().grown < 7)
        map.try_emplace(next, next), ++next;
    // The values that are replaced wait for their own grace period, but are small.
    const auto small = [&map] { return map.stats().retired_bytes < tuning::pages_from_bytes; };
    CHECK(!small());
    std::size_t turns = 0;
    for (; !small() && turns != 100'000; ++turns)
        map.insert_or_assign(0, turns);
    const std::size_t pieces = map.stats().table_bytes / tuning::release_bytes + 1;
    CHECK(turns <= 8 * tuning::turns_per_advance + 2 * tuning::looks_per_piece * pieces);

    while (!map.migrating())
        map.try_emplace(next, next), ++next;
    while (map.migrate(1)) {
    }
    CHECK(!small());
    asked = {};
    map.reclaim();
    CHECK(map.stats().retired_bytes == 0);
    CHECK(asked.dropped + asked.unmapped_memory > tuning::pages_from_bytes);
    CHECK(asked.largest_unmapped <= tuning::release_stretch);
}

TEST_CASE("a table of more than a stretch of addresses goes back in pieces, memory and addresses") {
    constexpr std::size_t many = 2'500'000; // a table of 32 MiB
    pool memory(std::size_t{64} << 20);
    map_type map(ferry::options{}, {}, {}, allocator(memory));
    map.try_emplace(0, 0u);
    map.reserve(many);
    const std::size_t bytes = map.stats().table_bytes;
    CHECK(bytes >= 4 * tuning::release_stretch);
    map.shrink_to_fit();
    CHECK(map.stats().retired_bytes >= bytes);
    findings found;
    most seen;
    std::size_t unmapped = 0;
    std::size_t turns = 0;
    for (; map.stats().retired_bytes >= tuning::pages_from_bytes && turns != 100'000; ++turns) {
        seen.add(cost_of([&] { map.insert_or_assign(0, turns); }));
        unmapped += asked.unmapped;
    }
    check_bounds(found, seen);
    CHECK(found.text() == "");
    CHECK(unmapped >= bytes);
    CHECK(turns < 100'000);
}
