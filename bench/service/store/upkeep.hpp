// SPDX-License-Identifier: BSL-1.0
#pragma once

// The thread behind a store: sets its clock every tick and does what requests leave to it.

#include "store/store.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace ferry::service {

class upkeep {
public:
    explicit upkeep(store &of);

private:
    void run(const std::stop_token &stop);

    store &store_;
    worker &worker_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_; // the last member: stopped and joined before the others go
};

} // namespace ferry::service
