// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "adapters/map_entry.hpp"
#include "runner/subject.hpp"
#include "runner/team.hpp"
#include "service_load/steps.hpp"
#include "workloads/workload.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ferry::bench {

enum class command {
    everything, // curves, latency, memory and a short load on servers
    curves,
    latency,
    memory,
    wordcount,
    replay,
    flame,
    sharing,
    service,
    compare,
    report,
    memory_probe // what memory starts, once for each number
};

struct options {
    command what = command::everything;

    // On which cells.
    std::vector<unsigned> threads;
    std::vector<std::uint32_t> sizes;       // of curves
    std::vector<std::uint32_t> large_sizes; // of latency and memory
    std::vector<map_entry> maps;
    std::vector<std::string> named_maps; // empty: none was named
    std::vector<workload> workloads;
    std::vector<element> elements;
    std::vector<distribution> choices{distribution::uniform, distribution::zipf};
    bool thinned = false;           // only some of the cells, as nobody named any
    bool repeats_asked_for = false; // the numbers of threads or of rounds were named
    std::string filter;             // regular expression a cell's name must contain; empty: all
    std::filesystem::path keys;     // a file of strings, one a line; empty: paths of this system
    std::size_t most_strings = 0;

    // How.
    std::chrono::milliseconds window{};
    std::chrono::milliseconds patience{};           // with what runs to its end
    std::chrono::nanoseconds patience_an_element{}; // and this much more
    unsigned rounds = 0;
    std::chrono::seconds budget = std::chrono::seconds::max(); // of all, at the cost of repetitions
    bool pinned = false;

    load_options load; // of service

    // What else.
    bool list = false;
    bool all = false;                          // flame: several maps on one page
    std::uint32_t keys_a_map = 0;              // memory-probe: in each of many maps; 0: one map
    std::vector<std::filesystem::path> inputs; // of wordcount, replay, compare, report
    std::filesystem::path out{"bench-results"};
    std::string command_line;

    // For runs on maps of n elements: more of them may take longer, unless it was said how long.
    hours times(std::uint32_t n) const {
        constexpr std::chrono::nanoseconds shortest_warm_up = std::chrono::milliseconds(4);
        return {std::max<std::chrono::nanoseconds>(window / 4, shortest_warm_up), window,
                patience + n * patience_an_element};
    }
};

// Empty: the program is to end with `exit_code`; what there was to say has been said.
std::optional<options> parse_options(int argc, char **argv, int &exit_code);

} // namespace ferry::bench
