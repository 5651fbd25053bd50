// SPDX-License-Identifier: BSL-1.0

// How often the process is interrupted by heavy barriers: no more often with more threads, domains
// and maps.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/detail/platform/clock.hpp>

#include "support/crew.hpp"
#include "support/scale.hpp"
#include "support/unpaced.hpp"
#include "system_calls.hpp"

using namespace ferry::test;
using ferry::detail::attempt_interval;

namespace {

// The one that all threads share, and each thread's own, with domains of their own.
struct maps {
    using map = ferry::concurrent_map<std::uint64_t, std::uint64_t>;

    explicit maps(unsigned threads) {
        for (unsigned i = 0; i != threads + 1; ++i) {
            domains.push_back(std::make_unique<ferry::epoch_domain>());
            all.push_back(std::make_unique<map>(ferry::options{.domain = domains.back().get()}));
        }
    }

    std::vector<std::unique_ptr<ferry::epoch_domain>> domains;
    std::vector<std::unique_ptr<map>> all;
};

} // namespace

TEST_CASE("threads that retire as fast as they can make no more barriers than the pace allows") {
    const paced as_usual;
    for (const unsigned threads : {1u, 2u, 8u, 64u}) {
        maps in(threads);
        std::vector<ferry::detail::epoch_value> before;
        for (const auto &each : in.domains)
            before.push_back(each->epoch());
        const std::size_t replaced = scaled(2'000'000, 200'000) / threads;
        std::atomic<std::uint64_t> barriers{0};
        const std::uint64_t began = ferry::detail::steady_nanoseconds();
        CHECK(crew(threads, [&](unsigned id, findings &) {
                  asked = {};
                  for (std::size_t i = 0; i != replaced; ++i) {
                      in.all[0]->insert_or_assign(id, i);
                      in.all[id + 1]->insert_or_assign(id, i);
                  }
                  barriers += asked.barriers;
              }).text() == "");
        const std::uint64_t passed = ferry::detail::steady_nanoseconds() - began;
        CAPTURE(threads);
        CHECK(barriers.load() <= passed / attempt_interval + 1);
        // Each domain has its share of the advances: what it keeps was retired in a few turns.
        for (std::size_t i = 1; i != in.all.size(); ++i)
            CHECK(in.all[i]->stats().retired_objects <=
                  std::max(replaced / 2, 20 * ferry::detail::turns_per_advance));
    }
}
