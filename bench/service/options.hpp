// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "server/server.hpp"
#include "store/catalogue.hpp"

#include <cstddef>
#include <optional>

namespace ferry::service {

struct options {
    endpoints at;
    unsigned threads = 0;
    std::size_t memory_limit = 0; // bytes
    unsigned connections = 0;
    map_choice map{};
};

// Nothing: the help or an error has been printed, and the program must end with `exit_code`.
std::optional<options> parse_options(int argc, char **argv, int &exit_code);

} // namespace ferry::service
