// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <deque>

namespace ferry::bench {

// Things are begun in order and done in any order. Tells below which number all are done.
class frontier {
public:
    // The first number; all below it count as done.
    explicit frontier(std::uint32_t first) : complete_(first), next_(first) {}

    std::uint32_t begin() {
        done_.push_back(false);
        return next_++;
    }

    void done(std::uint32_t number) {
        done_[number - complete_] = true;
        for (; !done_.empty() && done_.front(); ++complete_)
            done_.pop_front();
    }

    std::uint32_t complete() const { return complete_; }

private:
    std::uint32_t complete_;
    std::uint32_t next_;
    std::deque<bool> done_; // from complete_ on
};

} // namespace ferry::bench
