// SPDX-License-Identifier: BSL-1.0
#include "runner/foreign_load.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <sys/resource.h>
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

    // Its children are the benchmark too, from when they have ended.
    for (const auto whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage used{};
        getrusage(whose, &used);
        for (const timeval &t : {used.ru_utime, used.ru_stime})
            now.own += static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    }
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
