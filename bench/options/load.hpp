// SPDX-License-Identifier: BSL-1.0
#pragma once

// The command line options for loads on servers.

#include "service_load/steps.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ferry::bench {

// The options as they were typed, before they are checked; 0 and empty: not given.
struct load_words {
    std::vector<std::string> scenarios;
    std::string arrivals;
    double rate = 0;
    unsigned connections = 0;
};

void define_load(CLI::App &sub, load_words &);

enum class thoroughness { quick, usual, full };

// For the command `service`. `named`: the maps of --maps; empty: all. Throws CLI::ValidationError.
load_options load_of_its_own(const load_words &, const std::vector<std::string> &named,
                             thoroughness);

// For a session without a command, which measures everything: a short growth, on memcached and on
// ferry-cached with those of `named` that it has, or with a few of its maps if `named` is empty.
// With `full`: all scenarios, and all maps.
load_options load_in_everything(const std::vector<std::string> &named, thoroughness);

} // namespace ferry::bench
