// SPDX-License-Identifier: BSL-1.0
#pragma once

// The numbers of a session: for each scenario, number of threads and map, one sample a round.

#include "workloads/workload.hpp"

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ferry::bench {

// Operations per second, over the rounds.
struct summary {
    double median;
    double min;
    double max;
};

class results {
public:
    void add(const scenario &, unsigned threads, const std::string &map, double ops_per_second);
    void add_wrong(const scenario &, unsigned threads, const std::string &map,
                   const std::string &reason);

    // How much of the processors other processes took in one round of a block, 0 to 1.
    void add_foreign_load(double share) { foreign_loads_.push_back(share); }
    const std::vector<double> &foreign_loads() const { return foreign_loads_; }

    // Empty: nothing was measured, or a run was wrong.
    std::optional<summary> of(const scenario &, unsigned threads, const std::string &map) const;
    bool is_wrong(const scenario &, unsigned threads, const std::string &map) const;

    // One sentence for each wrong run.
    const std::vector<std::string> &wrong_runs() const { return wrong_runs_; }

    // In the order in which they first came.
    const std::vector<scenario> &scenarios() const { return scenarios_; }

private:
    struct place {
        scenario what;
        unsigned threads;
        std::string map;

        friend auto operator<=>(const place &, const place &) = default;
    };

    struct samples {
        std::vector<double> ops_per_second;
        bool wrong = false;
    };

    samples &at(const scenario &, unsigned threads, const std::string &map);

    std::map<place, samples> samples_;
    std::vector<scenario> scenarios_;
    std::vector<std::string> wrong_runs_;
    std::vector<double> foreign_loads_;
};

} // namespace ferry::bench
