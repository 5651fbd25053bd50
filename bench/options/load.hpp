// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the command line says of loads on servers.

#include "service_load/steps.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ferry::bench {

// The words that still need a meaning.
struct load_words {
    std::vector<std::string> scenarios;
    std::string arrivals;
    double rate = 0;
    unsigned connections = 0;
};

void define_load(CLI::App &sub, load_words &);

enum class thoroughness { quick, usual, full };

// Of the command `service`. `named`: maps, all if it is empty. Throws CLI::ValidationError.
load_options load_of_its_own(const load_words &, const std::vector<std::string> &named,
                             thoroughness);

// Everything has a short growth, of memcached and of the servers whose maps take part. With `full`,
// it has all of it.
load_options load_in_everything(const std::vector<std::string> &named, thoroughness);

} // namespace ferry::bench
