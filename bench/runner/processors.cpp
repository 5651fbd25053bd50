// SPDX-License-Identifier: BSL-1.0
#include "runner/processors.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <thread>
#ifdef __linux__
#include <sched.h>
#include <unistd.h>
#endif

namespace ferry::bench {

#ifdef __linux__

namespace {

template <class Numbers>
void run_on(const Numbers &numbers) noexcept {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int number : numbers)
        CPU_SET(number, &set);
    sched_setaffinity(0, sizeof set, &set);
}

} // namespace

processors::processors() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        for (int number = 0; number < CPU_SETSIZE; ++number)
            if (CPU_ISSET(number, &set))
                usable_.push_back(number);
}

void processors::keep_on_one(unsigned worker) const noexcept {
    if (!usable_.empty())
        run_on(std::array{usable_[worker % usable_.size()]});
}

void processors::set_free() const noexcept {
    if (!usable_.empty())
        run_on(usable_);
}

int this_thread() noexcept { return gettid(); }

#else

processors::processors() = default;
void processors::keep_on_one(unsigned) const noexcept {}
void processors::set_free() const noexcept {}
int this_thread() noexcept { return 0; }

#endif

unsigned processors::count() const noexcept {
    return usable_.empty() ? std::max(1u, std::thread::hardware_concurrency())
                           : static_cast<unsigned>(usable_.size());
}

std::optional<std::chrono::nanoseconds> time_without_processor(int thread) {
    // "nanoseconds with a processor, nanoseconds without one, times it was given one".
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/schedstat");
    std::uint64_t with = 0;
    std::int64_t without = 0;
    if (!(file >> with >> without))
        return std::nullopt;
    return std::chrono::nanoseconds(without);
}

} // namespace ferry::bench
