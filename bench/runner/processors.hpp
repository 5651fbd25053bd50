// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <optional>
#include <vector>

namespace ferry::bench {

// The processors that this process may use. Where the system does not tell or refuses, threads run
// anywhere.
class processors {
public:
    processors();

    // At least 1.
    unsigned count() const noexcept;

    // From now on the calling thread runs on one of them only, which it shares with every
    // count()-th worker; on any of them.
    void keep_on_one(unsigned worker) const noexcept;
    void set_free() const noexcept;

private:
    std::vector<int> usable_;
};

// The system's number for the calling thread.
int this_thread() noexcept;

// For how long in its life the thread was ready to run and had no processor; nothing where the
// system does not tell.
std::optional<std::chrono::nanoseconds> time_without_processor(int thread);

} // namespace ferry::bench
