// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>

namespace ferry::sharing {

namespace {

struct words {
    std::vector<std::string> maps;
    std::vector<std::string> workloads;
    std::vector<unsigned> cores{1, 2, 4, 8, 16, 32, 64};
    std::string json;
};

[[noreturn]] void refuse(const std::string &sentence) { throw std::invalid_argument(sentence); }

std::vector<const bench::map_entry *> maps_of(const std::vector<std::string> &names) {
    std::vector<const bench::map_entry *> maps;
    for (const auto &name : names) {
        const auto *map = map_named(name);
        if (map == nullptr)
            refuse("there is no map \"" + name + "\"; --list names them");
        maps.push_back(map);
    }
    if (names.empty())
        for (const auto &each : catalogue())
            maps.push_back(&each);
    return maps;
}

std::vector<workload> workloads_of(const std::vector<std::string> &names) {
    std::vector<workload> chosen;
    for (const auto &name : names) {
        const auto what = workload_named(name);
        if (!what)
            refuse("there is no workload \"" + name + "\"; --list names them");
        chosen.push_back(*what);
    }
    if (names.empty())
        chosen.assign(all_workloads.begin(), all_workloads.end());
    return chosen;
}

plan plan_of(const words &said, const order &usual) {
    for (const unsigned cores : said.cores)
        if (cores == 0 || cores > most_cores)
            refuse("--cores takes numbers from 1 to " + std::to_string(most_cores) + ", not " +
                   std::to_string(cores));
    const unsigned most = *std::max_element(said.cores.begin(), said.cores.end());
    if (usual.operations < most || usual.keys < most)
        refuse("--ops and --keys must be at least the number of cores, " + std::to_string(most));
    return {maps_of(said.maps), workloads_of(said.workloads), said.cores, usual};
}

} // namespace

std::optional<options> parse_options(int argc, char **argv) {
    CLI::App app("Counts the cache lines that cores pass to each other, on a simulated machine.");
    options made;
    words said;
    order usual;
    app.add_option("--maps", said.maps, "maps, separated by commas; all if none is named")
        ->delimiter(',');
    app.add_option("--workloads", said.workloads, "workloads, likewise")->delimiter(',');
    app.add_option("--cores", said.cores, "numbers of cores, 1 to 64")->delimiter(',');
    app.add_option("--keys", usual.keys, "keys of a map");
    app.add_option("--ops", usual.operations, "operations of all cores together");
    app.add_option("--seed", usual.seed, "chooses keys and the order of cores");
    app.add_option("--hottest", made.hottest, "lines shown of each map and workload");
    app.add_option("--json", said.json, "a file for the figures");
    app.add_flag("--list", made.list, "lists maps and workloads");
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
        std::cout << app.help();
        return std::nullopt;
    } catch (const CLI::ParseError &error) {
        refuse(error.what());
    }
    made.chosen = plan_of(said, usual);
    made.json = said.json;
    return made;
}

} // namespace ferry::sharing
