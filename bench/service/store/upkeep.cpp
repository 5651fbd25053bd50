// SPDX-License-Identifier: BSL-1.0
#include "store/upkeep.hpp"

#include <chrono>
#include <new>

namespace ferry::service {

upkeep::upkeep(store &of) : store_(of), worker_(of.add_worker()) {
    // The mutex is not taken: a notification just before the thread waits is lost, but the thread
    // looks again after one tick.
    store_.set_alarm([this] { wake_.notify_one(); });
    thread_ = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

void upkeep::run(const std::stop_token &stop) {
    constexpr std::chrono::milliseconds tick(1000 / coarse_clock::ticks_a_second);
    constexpr std::chrono::milliseconds least_pause(1); // requests come first, whatever they need
    while (!stop.stop_requested()) {
        std::this_thread::sleep_for(least_pause);
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, stop, tick, [this] { return store_.needs_maintenance(); });
        }
        store_.clock().update();
        try {
            store_.maintain(worker_);
        } catch (const std::bad_alloc &) {
            // What could not be done is tried again at the next tick.
            std::this_thread::sleep_for(tick);
        }
    }
}

} // namespace ferry::service
