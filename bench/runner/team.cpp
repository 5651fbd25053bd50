// SPDX-License-Identifier: BSL-1.0
#include "runner/team.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
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
    // acq_rel: what the workers prepared is seen by the last to come [E:worker-ready].
    if (waiting_.fetch_add(1, std::memory_order_acq_rel) + 1 == done_.size()) {
        // The thread that started the workers sleeps: none of them waits for it from here on.
        without_before_ = without_processor();
        opened_ = clock::now();
        deadline_ = opened_ + patience_;
        // release: [E:gate-open].
        open_.store(true, std::memory_order_release);
        open_.notify_all();
    } else {
        // acquire: pairs with [E:gate-open].
        spin_until([this] { return open_.load(std::memory_order_acquire); });
    }
    if (!pinned_)
        processors_.set_free();
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

std::optional<std::chrono::nanoseconds> gate::without_processor() const {
    std::chrono::nanoseconds sum{};
    for (const auto &worker : done_) {
        const auto time = time_without_processor(worker.thread);
        if (!time)
            return std::nullopt;
        sum += *time;
    }
    return sum;
}

std::vector<std::jthread> team::start(gate &gate, const task &work) const {
    gate.pinned_ = pinned_;
    std::vector<std::jthread> workers;
    try {
        for (unsigned i = 0; i < threads_; ++i)
            workers.emplace_back([&work, &gate, i] {
                gate.processors_.keep_on_one(i);
                gate.done_[i].thread = this_thread();
                work(i, gate);
            });
    } catch (const std::system_error &) {
        // Those that wait at the gate must come to their end first.
        gate.deadline_ = clock::now();
        gate.closing_.store(true, std::memory_order_relaxed);
        gate.open_.store(true, std::memory_order_release); // release: [E:gate-open]
        const auto started = workers.size();
        workers.clear();
        throw std::runtime_error("the system gives " + std::to_string(started) +
                                 " threads and no more; choose fewer with --threads");
    }
    return workers;
}

pace team::run_for(const hours &when, const task &work) const {
    gate gate(threads_);
    gate.patience_ = when.patience;
    auto workers = start(gate, work);
    // acquire: pairs with [E:gate-open].
    gate.open_.wait(false, std::memory_order_acquire);
    std::this_thread::sleep_until(gate.opened_ + when.warm_up);

    const auto without_before = gate.without_processor();
    const auto [begin, done_before] = gate.reading();
    std::this_thread::sleep_until(begin + when.window);
    auto last = gate.reading();
    // Where one operation takes longer than the window, that is the rate to be told.
    while (last.operations == done_before && last.time < begin + when.window + when.patience) {
        std::this_thread::sleep_for(when.window / 4);
        last = gate.reading();
    }
    const auto without_after = gate.without_processor();
    // relaxed: carries no data, joining orders the results.
    gate.closing_.store(true, std::memory_order_relaxed);

    workers.clear(); // joins
    return {worked(last.time - begin, without_before, without_after),
            last.operations - done_before};
}

stretch team::run_to_end(std::chrono::nanoseconds patience, const task &work) const {
    gate gate(threads_);
    gate.patience_ = patience;
    std::vector<clock::time_point> ends(threads_);
    const task timed = [&](unsigned worker, class gate &at) {
        work(worker, at);
        ends[worker] = clock::now();
        at.done_[worker].without_processor = time_without_processor(at.done_[worker].thread);
    };
    auto workers = start(gate, timed);
    workers.clear(); // joins

    std::optional without_after(std::chrono::nanoseconds{});
    for (const auto &worker : gate.done_) {
        if (!worker.without_processor)
            without_after.reset();
        if (without_after)
            *without_after += *worker.without_processor;
    }
    return worked(*std::max_element(ends.begin(), ends.end()) - gate.opened_, gate.without_before_,
                  without_after);
}

stretch team::worked(clock::duration time, std::optional<std::chrono::nanoseconds> without_before,
                     std::optional<std::chrono::nanoseconds> without_after) const {
    stretch all{seconds(time)};
    if (without_before && without_after)
        all.waited = seconds(*without_after - *without_before) / (all.seconds * threads_);
    return all;
}

} // namespace ferry::bench
