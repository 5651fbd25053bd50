// SPDX-License-Identifier: BSL-1.0
#pragma once

// What one operation of a map costs, as this thread counts it, and the limits of src/README.md
// ("Bounds") for each engine.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <utility>

#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/detail/platform/pages.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include "counting_allocator.hpp"
#include "support/core_of.hpp"
#include "support/crew.hpp"
#include "support/scale.hpp"
#include "system_calls.hpp"

namespace ferry::test {

namespace tuning = ferry::detail;

// Of one operation, or the most of several, or the most that is allowed.
struct cost {
    unsigned freed = 0;
    std::size_t pages = 0; // that it touched first
    std::size_t asked = 0; // bytes that it asked the system to provide
    // Bytes that went back: of memory, with or without its addresses, and of addresses. Not those
    // that came in the same operation: a table that is not published, as another thread's was, goes
    // back whole.
    std::size_t released = 0;
    std::size_t unmapped = 0;
    unsigned allocations = 0; // that are no tables, nor the allocator's

    void raise_to(const cost &other) {
        freed = std::max(freed, other.freed);
        pages = std::max(pages, other.pages);
        asked = std::max(asked, other.asked);
        released = std::max(released, other.released);
        unmapped = std::max(unmapped, other.unmapped);
        allocations = std::max(allocations, other.allocations);
    }
};

// Pages that the system has provided to this thread.
inline std::size_t faults_so_far() {
    rusage now{};
    getrusage(RUSAGE_THREAD, &now);
    return static_cast<std::size_t>(now.ru_minflt);
}

// Whether a page that is touched first is a fault, and nothing else is. Sanitizers' shadow memory
// comes with faults of its own, and so does moving pages to a processor's memory; where pages are
// larger, one fault is for several of ours; some systems do not count them.
inline bool faults_are_counted() {
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

template <class Operation>
cost cost_of(Operation &&operation) {
    asked = {};
    allocated = {};
    const std::size_t before = faults_so_far();
    operation();
    return {allocated.freed,
            faults_so_far() - before,
            asked.populated,
            asked.dropped + asked.unmapped_memory - asked.withdrawn_memory,
            asked.unmapped - asked.withdrawn,
            asked.allocations};
}

inline void check_limits(findings &found, const cost &seen, const cost &most) {
    found.expect(seen.freed <= most.freed, "an operation frees a few objects at most");
    if (faults_are_counted())
        found.expect(seen.pages <= most.pages, "an operation touches a few new pages at most");
    found.expect(seen.asked <= most.asked, "an operation has a few pages provided at most");
    found.expect(seen.released <= most.released, "an operation gives back a piece at most");
    found.expect(seen.unmapped <= most.unmapped,
                 "an operation gives back a stretch of addresses at most");
    found.expect(seen.allocations <= most.allocations,
                 "an operation allocates nothing but tables, and what the allocator gives");
}

// A small table comes from the heap, all of it.
inline constexpr std::size_t pages_of_small_table = tuning::pages_from_bytes / tuning::page_bytes;
// Of the tables that an operation makes, as paths may run out in the next one too: the heads, of at
// most two pages, and the last done bits.
inline constexpr std::size_t pages_of_making = 2 * (2 + 1);

// --- the engines ---

// Maps with nodes, which come from a pool.
class nodes {
public:
    using allocator = counting_allocator<std::pair<const std::uint64_t, std::uint64_t>>;
    using map = concurrent_map<std::uint64_t, std::uint64_t, hash<std::uint64_t>, std::equal_to<>,
                               allocator>;

    static constexpr std::size_t slot_bytes = 8;
    static constexpr std::size_t unit = 1;
    static constexpr unsigned growths_to_6000_keys = 5;

    // Of an operation that is no upkeep of the whole map: a value and its box, a bucket's dead
    // nodes, and a table.
    static constexpr unsigned most_retired = 2 + tuning::bucket_slots + 1;
    // Its own node or box that was not needed, and what drains free: one when a period of turns is
    // complete; one more for a table, which is many turns; two of other stripes, if the table's
    // turns complete a long period and those of the bucket's nodes another.
    static constexpr unsigned most_drains = (most_retired / tuning::turns_per_drain + 1) + 1 + 2;
    static constexpr unsigned most_freed = 1 + most_drains * tuning::frees_per_drain;
    // Two of a table's buckets, one of its done bits.
    static constexpr std::size_t most_pages_provided = 2 + 1;

    // A single page is touched, without a call of the system.
    static constexpr std::size_t least_asked = 0;

    // `large`: while tables are large.
    static constexpr cost most(bool large) {
        return {most_freed,
                most_pages_provided + pages_of_making + (large ? 0 : pages_of_small_table),
                most_pages_provided * tuning::page_bytes,
                tuning::release_bytes,
                tuning::release_stretch,
                0};
    }

    explicit nodes(std::size_t bytes_of_nodes) : memory_(bytes_of_nodes) {}
    map make(const options &how = {}) { return map(how, {}, {}, allocator(memory_)); }

private:
    pool memory_;
};

// Flat maps.
class cells {
public:
    using map = concurrent_flat_map<std::uint64_t, std::uint64_t>;

    static constexpr std::size_t slot_bytes = 16;
    static constexpr std::size_t unit = 8;
    static constexpr unsigned growths_to_6000_keys = 3;

    // Of the buckets that a share moves to. A table that is small grows fourfold.
    static constexpr std::size_t piece = 4 * tuning::page_bytes;
    static constexpr std::size_t most_pieces = 4;
    static constexpr std::size_t most_pieces_while_large = 2;

    // Other pages are touched, without a call of the system, where that faults once.
    static constexpr std::size_t least_asked = most_pieces * piece;

    static constexpr cost most(bool large) {
        const std::size_t bytes = (large ? most_pieces_while_large : most_pieces) * piece;
        return {0,
                bytes / tuning::page_bytes + 1 + pages_of_making +
                    (large ? 0 : pages_of_small_table),
                bytes + tuning::page_bytes,
                tuning::release_bytes,
                tuning::release_stretch,
                0};
    }

    explicit cells(std::size_t) {}
    map make(const options &how = {}) { return map(how); }
};

// How many tables a map has.
template <class Map>
std::size_t chain_length(Map &map) {
    std::size_t tables = 0;
    for (const auto *each = core_of(map).root(); each != nullptr; each = each->next())
        ++tables;
    return tables;
}

} // namespace ferry::test
