// SPDX-License-Identifier: BSL-1.0

// The barrier pair between a pin and an advance, as a store-buffering litmus:
//
//   reader: pin, then read what is linked        advancer: unlink, barrier, then scan the pin
//
// When the scan does not see the pin, the reader must see the unlinking. The two threads run free,
// in numbered turns, and write down what they saw; afterwards each scan is held against the first
// pin that it missed. That needs no rendezvous, which would keep the turns from overlapping.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/reclaim/thread_record.hpp>

#include "support/crew.hpp"
#include "support/scale.hpp"

namespace unit_barrier {

using namespace ferry::test;
using ferry::detail::asymmetric_barrier;
using ferry::detail::barrier_kind;
using ferry::detail::heavy_barrier;
using ferry::detail::heavy_barrier_available;
using ferry::detail::pinned_epoch;
using ferry::detail::relaxed;
using ferry::detail::symmetric_barrier;
using ferry::detail::thread_record;

namespace {

// A number on a line of its own, as a slot is.
struct alignas(128) lonely {
    ferry::detail::atomic<std::uint64_t> number{0};
};

struct outcome {
    std::size_t meetings = 0;    // scans that saw another pin than the scan before
    std::size_t both_missed = 0; // what must not be
};

// Turns are numbered from 1: in turn n the reader pins at epoch n, in turn m the advancer
// unlinks m.
template <class Barrier>
void run_turns(barrier_kind kind, Barrier &&barrier, outcome &sum) {
    constexpr std::size_t turns = 100000;
    lonely epoch;
    lonely unlinked;
    thread_record record(1, 0, kind, 0);
    record.pin(epoch.number, kind);
    std::vector<std::uint64_t> seen_by_reader(turns + 1);
    std::vector<std::uint64_t> seen_by_scan{0};
    seen_by_scan.reserve(turns);
    std::atomic<bool> over{false};

    const auto found = crew(2, [&](unsigned id, findings &) {
        if (id == 0) {
            for (std::size_t n = 1; n <= turns; ++n) {
                epoch.number.store(n, relaxed);
                record.refresh(epoch.number);
                seen_by_reader[n] = unlinked.number.load(relaxed);
            }
            over = true;
        } else {
            while (!over && seen_by_scan.size() < turns) {
                unlinked.number.store(seen_by_scan.size(), relaxed);
                barrier();
                seen_by_scan.push_back(record.scan_pin());
            }
        }
    });
    CHECK(found.text() == "");

    for (std::size_t m = 1; m < seen_by_scan.size(); ++m) {
        // 0: in the middle of a refresh, which does not say of which.
        const std::size_t missed = pinned_epoch(seen_by_scan[m]) + 1;
        if (seen_by_scan[m] != 0 && missed <= turns) {
            sum.meetings += seen_by_scan[m] != seen_by_scan[m - 1];
            sum.both_missed += seen_by_reader[missed] < m;
        }
    }
}

// On a busy machine the threads seldom run at once: again until they met often, or often enough.
template <class Barrier>
outcome run_litmus(barrier_kind kind, Barrier &&barrier) {
    constexpr std::size_t wanted_meetings = 20000;
    const std::size_t most_runs = scaled(50);
    outcome sum;
    for (std::size_t run = 0; run < most_runs && sum.meetings < wanted_meetings; ++run)
        run_turns(kind, barrier, sum);
    return sum;
}

} // namespace

TEST_CASE("without its barrier a scan and a reader may miss each other, which the litmus can see") {
    const outcome seen = run_litmus(asymmetric_barrier, [] {});
    // Nothing is required: it depends on the machine and on what else runs there.
    MESSAGE("both missed ", seen.both_missed, " times in ", seen.meetings, " meetings");
}

TEST_CASE("the asymmetric pair: a scan after the heavy barrier sees the pin, or the reader sees "
          "the unlinking") {
    if (!heavy_barrier_available()) {
        MESSAGE("not in this system");
        return;
    }
    std::size_t refused = 0;
    const outcome seen = run_litmus(asymmetric_barrier, [&] { refused += !heavy_barrier(); });
    CHECK(refused == 0);
    CHECK(seen.both_missed == 0);
}

TEST_CASE("the symmetric pair: a scan sees the pin's exchange, or the reader sees the unlinking") {
    CHECK(run_litmus(symmetric_barrier, [] {}).both_missed == 0);
}

TEST_CASE("asking for the heavy barrier again gives the same answer") {
    const bool first = heavy_barrier_available();
    CHECK(heavy_barrier_available() == first);
}

} // namespace unit_barrier
