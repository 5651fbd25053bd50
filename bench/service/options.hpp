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

// Empty: the program is to end with `exit_code`; what there was to say has been said.
std::optional<options> parse_options(int argc, char **argv, int &exit_code);

} // namespace ferry::service
