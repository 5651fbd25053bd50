// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "report/cells.hpp"

#include <filesystem>
#include <optional>

namespace ferry::sharing {

struct options {
    plan chosen;
    unsigned hottest = 3; // lines shown of each cell
    bool list = false;
    std::filesystem::path json; // empty: none is wanted
};

// Empty: help was asked for and given. Throws std::invalid_argument with a sentence.
std::optional<options> parse_options(int argc, char **argv);

} // namespace ferry::sharing
