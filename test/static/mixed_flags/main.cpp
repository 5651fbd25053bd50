// SPDX-License-Identifier: BSL-1.0
// Runs the units that the processor can run. Each has a map of its own and all must be right. Two
// that probe buckets differently may not share a type: they would share symbols of different code.

#include "unit.hpp"

#include <cstdio>
#include <cstring>
#include <vector>

namespace {

struct unit {
    const char *flags;
    bool runs_here;
    mixed_flags::report (*run)();
};

struct outcome {
    const char *flags;
    mixed_flags::report report;
};

} // namespace

int main() {
    __builtin_cpu_init();
    const unit units[] = {
        {"no flags", true, mixed_flags::run_plain},
        {"-mavx2", __builtin_cpu_supports("avx2") != 0, mixed_flags::run_avx2},
        {"-mavx512…",
         __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"),
         mixed_flags::run_avx512},
    };

    int wrong = 0;
    std::vector<outcome> outcomes;
    for (const unit &each : units) {
        if (!each.runs_here) {
            std::printf("%s: not on this processor\n", each.flags);
            continue;
        }
        const outcome now{each.flags, each.run()};
        std::printf("%s: %s\n", now.flags, now.report.map_type);
        if (now.report.first_wrong != nullptr) {
            ++wrong;
            std::printf("%s: %s\n", now.flags, now.report.first_wrong);
        }
        for (const outcome &earlier : outcomes) {
            const bool same_type = std::strcmp(earlier.report.map_type, now.report.map_type) == 0;
            if (same_type != (earlier.report.probe == now.report.probe)) {
                ++wrong;
                std::printf("%s and %s: %s map type for %s probe\n", earlier.flags, now.flags,
                            same_type ? "one" : "two", same_type ? "more than one" : "one");
            }
        }
        outcomes.push_back(now);
    }
    return wrong == 0 ? 0 : 1;
}
