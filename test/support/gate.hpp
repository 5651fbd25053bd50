// SPDX-License-Identifier: BSL-1.0
#pragma once

// A place where one thread can be parked in the middle of an operation: user code that the map
// calls (a callback, a hash, a constructor, ...) passes through it.

#include <condition_variable>
#include <mutex>

namespace ferry::test {

class gate {
public:
    // Parks the caller until open(), if it is the first to come and the gate is shut.
    void pass() {
        std::unique_lock lock(mutex_);
        if (open_ || reached_)
            return;
        reached_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }

    // Returns once somebody is parked here.
    void wait_for_arrival() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return reached_; });
    }

    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool reached_ = false;
    bool open_ = false;
};

} // namespace ferry::test
