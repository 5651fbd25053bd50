// SPDX-License-Identifier: BSL-1.0
#pragma once

// A load on the servers, one after the other: what each request took, and when.

#include "runner/recorder.hpp"
#include "service_load/arrivals.hpp"
#include "service_load/plan.hpp"
#include "service_load/servers.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ferry::bench {

struct load_options {
    std::vector<service_scenario> scenarios;
    std::vector<std::uint32_t> growth_sizes; // keys
    std::vector<std::uint32_t> sizes;        // of the other scenarios
    std::vector<served_map> maps;
    std::vector<unsigned> threads; // of the server
    double rate = 0;               // requests a second
    arrival_kind arrivals = arrival_kind::fixed;
    unsigned connections = 0;
    double seconds = 0; // of what has no end of its own
    unsigned rounds = 1;
    std::string filter{}; // regular expression that a cell's name must contain; empty: all
};

std::vector<step> service_steps(const load_options &);

} // namespace ferry::bench
