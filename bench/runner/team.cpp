// SPDX-License-Identifier: BSL-1.0
#include "runner/team.hpp"

#include <algorithm>
#include <thread>
#include <vector>

namespace ferry::bench {

namespace {

// There may be more threads than processors: who has to be waited for may need this one.
template <class Condition>
void spin_until(Condition condition) {
    for (unsigned spins = 0; !condition(); ++spins)
        if (spins >= 1000)
            std::this_thread::yield();
}

double seconds(clock::duration d) { return std::chrono::duration<double>(d).count(); }

} // namespace

void gate::pass() noexcept {
    // release: what a worker prepared is seen by whoever opens the gate [E:worker-ready].
    waiting_.fetch_add(1, std::memory_order_release);
    // acquire: pairs with [E:gate-open].
    spin_until([this] { return open_.load(std::memory_order_acquire); });
}

// This thread may lose its processor between looking at the clock and at the counts: the time is
// the middle of a look before and one after.
gate::count_at gate::reading() const noexcept {
    const auto before = clock::now();
    std::uint64_t sum = 0;
    for (const auto &worker : done_)
        sum += worker.operations.load(std::memory_order_relaxed); // relaxed: as in report()
    const auto after = clock::now();
    return {before + (after - before) / 2, sum};
}

pace team::run_for(std::chrono::nanoseconds warm_up, std::chrono::nanoseconds window,
                   const task &work) const {
    gate gate(threads_);
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < threads_; ++i)
        workers.emplace_back([&work, &gate, i] { work(i, gate); });

    // acquire: pairs with [E:worker-ready].
    spin_until([&] { return gate.waiting_.load(std::memory_order_acquire) == threads_; });
    // release: [E:gate-open].
    gate.open_.store(true, std::memory_order_release);
    std::this_thread::sleep_for(warm_up);

    const auto [start, done_before] = gate.reading();
    std::this_thread::sleep_until(start + window);
    const auto [end, done] = gate.reading();
    // relaxed: carries no data, joining orders the results.
    gate.closing_.store(true, std::memory_order_relaxed);

    workers.clear(); // joins
    return {seconds(end - start), done - done_before};
}

double team::run_to_end(const task &work) const {
    gate gate(threads_);
    std::vector<clock::time_point> ends(threads_);
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < threads_; ++i)
        workers.emplace_back([&work, &gate, &ends, i] {
            work(i, gate);
            ends[i] = clock::now();
        });

    // acquire: pairs with [E:worker-ready].
    spin_until([&] { return gate.waiting_.load(std::memory_order_acquire) == threads_; });
    const auto start = clock::now();
    // release: [E:gate-open].
    gate.open_.store(true, std::memory_order_release);

    workers.clear(); // joins
    return seconds(*std::max_element(ends.begin(), ends.end()) - start);
}

} // namespace ferry::bench
