// SPDX-License-Identifier: BSL-1.0

// What the parts of an operation cost by themselves, under Google Benchmark's own runner: pins,
// advances of the epoch, retirement, and looking up one by one and many at a time.

#include "workloads/random.hpp"

#include <ferry/concurrent_map.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace {

using map_type = ferry::concurrent_map<std::uint64_t, std::uint64_t>;

// 0: membarrier, 1: symmetric.
ferry::epoch_domain &domain_of_kind(std::int64_t symmetric) {
    static ferry::epoch_domain domains[2] = {ferry::epoch_domain(ferry::barrier::automatic),
                                             ferry::epoch_domain(ferry::barrier::symmetric)};
    return domains[symmetric];
}

void pin_and_unpin(benchmark::State &state) {
    ferry::epoch_domain &domain = domain_of_kind(state.range(0));
    for (auto _ : state) {
        ferry::guard pinned(domain);
        benchmark::DoNotOptimize(pinned);
    }
}
BENCHMARK(pin_and_unpin)->ArgName("symmetric")->Arg(0)->Arg(1);

// An attempt that succeeds: the heavy barrier, the scan, the epoch's step. With more threads, which
// pin and unpin meanwhile, their processors are interrupted.
void advance(benchmark::State &state) {
    ferry::epoch_domain &shell = domain_of_kind(state.range(0));
    ferry::detail::domain &domain = ferry::detail::domain_of(shell);
    std::int64_t advanced = 0;
    for (auto _ : state) {
        if (state.thread_index() == 0) {
            advanced += domain.try_advance();
        } else {
            ferry::guard pinned(shell);
            benchmark::DoNotOptimize(pinned);
        }
    }
    if (state.thread_index() == 0)
        state.counters["advanced"] =
            benchmark::Counter(static_cast<double>(advanced), benchmark::Counter::kAvgIterations);
}
BENCHMARK(advance)->ArgName("symmetric")->Arg(0)->Arg(1)->Threads(1)->Threads(2)->UseRealTime();

// A value is replaced, and with it one is freed: what an object costs from its box to its end, its
// share of the advances included. Popular keys, so that no place is free in time.
void replace(benchmark::State &state) {
    static std::unique_ptr<map_type> map;
    if (state.thread_index() == 0) {
        map = std::make_unique<map_type>(ferry::options{.domain = &domain_of_kind(state.range(0))});
        for (std::uint64_t k = 0; k != 8; ++k)
            map->try_emplace(k, k);
    }
    std::uint64_t i = static_cast<std::uint64_t>(state.thread_index());
    for (auto _ : state)
        map->insert_or_assign(++i % 8, i);
    state.SetItemsProcessed(state.iterations());
    if (state.thread_index() == 0)
        map.reset();
}
BENCHMARK(replace)->ArgName("symmetric")->Arg(0)->Arg(1)->Threads(1)->Threads(2)->UseRealTime();

// --- one by one, and many at a time --------------------------------------------------------------

struct filled {
    map_type map;
    std::vector<std::uint64_t> picks;

    explicit filled(std::size_t n) {
        for (std::uint64_t k = 0; k != n; ++k)
            map.try_emplace(k, k);
        while (map.migrate(64)) {
        }
        ferry::bench::split_mix random(1);
        for (std::size_t i = 0; i != std::size_t{1} << 20; ++i)
            picks.push_back(random() % n);
    }
};

filled &with(std::int64_t n) {
    static std::int64_t size = 0;
    static std::unique_ptr<filled> kept;
    if (size != n) {
        kept.reset();
        kept = std::make_unique<filled>(static_cast<std::size_t>(n));
        size = n;
    }
    return *kept;
}

constexpr std::size_t batch = 256;

template <class Look>
void look_up(benchmark::State &state, Look look) {
    filled &of = with(state.range(0));
    std::size_t at = 0;
    std::uint64_t sum = 0;
    for (auto _ : state) {
        look(of.map, of.picks.data() + at, sum);
        at = (at + batch) % of.picks.size();
    }
    benchmark::DoNotOptimize(sum);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
}

void find_one_by_one(benchmark::State &state) {
    look_up(state, [](const map_type &map, const std::uint64_t *keys, std::uint64_t &sum) {
        for (std::size_t i = 0; i != batch; ++i)
            map.visit(keys[i], [&sum](const std::uint64_t &value) { sum += value; });
    });
}

void find_under_a_guard(benchmark::State &state) {
    look_up(state, [](const map_type &map, const std::uint64_t *keys, std::uint64_t &sum) {
        const auto pinned = map.pin();
        for (std::size_t i = 0; i != batch; ++i)
            if (const std::uint64_t *const value = map.find(keys[i], pinned))
                sum += *value;
    });
}

void visit_many(benchmark::State &state) {
    look_up(state, [](const map_type &map, const std::uint64_t *keys, std::uint64_t &sum) {
        map.visit_many(keys, keys + batch,
                       [&sum](std::size_t, const std::uint64_t &value) { sum += value; });
    });
}

constexpr std::int64_t small = 10'000;
constexpr std::int64_t large = 10'000'000;
BENCHMARK(find_one_by_one)->ArgName("n")->Arg(small);
BENCHMARK(find_under_a_guard)->ArgName("n")->Arg(small);
BENCHMARK(visit_many)->ArgName("n")->Arg(small);
BENCHMARK(find_one_by_one)->ArgName("n")->Arg(large);
BENCHMARK(find_under_a_guard)->ArgName("n")->Arg(large);
BENCHMARK(visit_many)->ArgName("n")->Arg(large);

} // namespace

BENCHMARK_MAIN();
