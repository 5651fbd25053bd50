// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "adapters/catalogue.hpp"
#include "workloads/workload.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ferry::bench {

struct options {
    std::vector<unsigned> threads{1, 2, 4, 8};
    std::vector<std::uint32_t> sizes{10'000, 1'000'000, 10'000'000};
    std::vector<map_entry> maps;
    std::vector<workload> workloads;
    std::vector<key_kind> keys{key_kind::u64, key_kind::path};
    std::vector<distribution> choices{distribution::uniform, distribution::zipf};
    std::string filter; // regular expression a scenario's name must contain; empty: all
    std::chrono::milliseconds window{300};
    unsigned rounds = 5;
    bool list = false;
    std::filesystem::path out{"bench-results"};
};

// Empty: the program is to end with `exit_code`; what there was to say has been said.
std::optional<options> parse_options(int argc, char **argv, int &exit_code);

} // namespace ferry::bench
