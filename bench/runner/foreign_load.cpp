// SPDX-License-Identifier: BSL-1.0
#include "runner/foreign_load.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>
#include <unistd.h>

namespace ferry::bench {

std::optional<foreign_load::usage> foreign_load::read() {
    // The first line of /proc/stat, in ticks: "cpu user nice system idle iowait irq softirq steal".
    std::ifstream stat("/proc/stat");
    std::string word;
    double ticks[8];
    if (!(stat >> word) || word != "cpu")
        return std::nullopt;
    for (double &t : ticks)
        if (!(stat >> t))
            return std::nullopt;

    constexpr int idle = 3;
    constexpr int waiting = 4;
    const auto per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    usage now;
    for (const double t : ticks)
        now.total += t / per_second;
    now.busy = now.total - (ticks[idle] + ticks[waiting]) / per_second;

    timespec own{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    now.own = static_cast<double>(own.tv_sec) + static_cast<double>(own.tv_nsec) * 1e-9;
    return now;
}

std::optional<double> foreign_load::share() const {
    const auto now = read();
    if (!start_ || !now || now->total <= start_->total)
        return std::nullopt;
    const double others = (now->busy - start_->busy) - (now->own - start_->own);
    return std::clamp(others / (now->total - start_->total), 0.0, 1.0);
}

} // namespace ferry::bench
