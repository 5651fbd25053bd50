// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <regex>
#include <span>

namespace ferry::bench {

namespace {

constexpr unsigned most_threads = 256;
constexpr double most_elements = 100e6;

// Exit code of a wrong command line.
constexpr int usage_error = 2;

// The items of which `named` gives the name, in the order of `known`.
template <class Item, class Name>
std::vector<Item> choose(const std::string &option, std::span<const Item> known,
                         const std::vector<std::string> &named, Name name_of_item) {
    std::string names;
    for (const auto &item : known)
        names += (names.empty() ? "" : ", ") + std::string(name_of_item(item));
    for (const auto &name : named)
        if (std::none_of(known.begin(), known.end(),
                         [&](const auto &item) { return name_of_item(item) == name; }))
            throw CLI::ValidationError(option, "'" + name + "' is not known; there is " + names);

    std::vector<Item> chosen;
    for (const auto &item : known)
        if (named.empty() ||
            std::find(named.begin(), named.end(), name_of_item(item)) != named.end())
            chosen.push_back(item);
    return chosen;
}

// "1000000" or "1e6".
std::uint32_t to_size(const std::string &text) {
    std::size_t used = 0;
    double value = 0;
    try {
        value = std::stod(text, &used);
    } catch (const std::exception &) {
        used = 0;
    }
    if (used == 0 || used != text.size() || !(value >= 1000) || value > most_elements ||
        value != std::floor(value))
        throw CLI::ValidationError("--sizes",
                                   "'" + text + "' is not a whole number from 1000 to 100000000");
    return static_cast<std::uint32_t>(value);
}

template <class Number>
void sort_out(std::vector<Number> &numbers) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

void check_filter(const std::string &filter) {
    try {
        std::regex{filter};
    } catch (const std::regex_error &) {
        throw CLI::ValidationError("--filter", "'" + filter + "' is not a regular expression");
    }
}

} // namespace

std::optional<options> parse_options(int argc, char **argv, int &exit_code) {
    options chosen;
    std::vector<std::string> sizes;
    std::vector<std::string> maps;
    std::vector<std::string> workloads;
    std::vector<std::string> keys;
    std::vector<std::string> choices;
    std::string out = chosen.out.string();
    unsigned window = 0;
    unsigned rounds = 0;
    bool quick = false;

    CLI::App app("Measures the throughput of ferry beside other concurrent hash maps.",
                 "ferry-bench");
    app.add_option("--threads", chosen.threads, "numbers of threads (default 1,2,4,8)")
        ->delimiter(',')
        ->check(CLI::Range(1u, most_threads).description(""));
    app.add_option("--sizes", sizes,
                   "numbers N of u64 keys (default 1e4,1e6,1e7); there are as many path keys as "
                   "the system has files, up to 1e6")
        ->delimiter(',');
    app.add_option("--maps", maps, "which maps; --list shows them")->delimiter(',');
    app.add_option("--workloads", workloads, "which workloads; --list shows them")->delimiter(',');
    app.add_option("--keys", keys, "kinds of keys: u64, path")->delimiter(',');
    app.add_option("--dist", choices, "how keys are chosen: uniform, zipf (0.99)")->delimiter(',');
    app.add_option("--filter", chosen.filter,
                   "regular expression; only scenarios whose name it is found in, such as "
                   "'find-hit/u64/n:10000/uniform'")
        ->take_last();
    app.add_option("--time", window, "length of the measured part of a run in ms (default 300)")
        ->take_last()
        ->check(CLI::Range(1u, 600'000u).description(""));
    app.add_option("--rounds", rounds, "how often each run is repeated (default 5)")
        ->take_last()
        ->check(CLI::Range(1u, 1000u).description(""));
    app.add_flag("--quick", quick,
                 "everything, but in minutes: N = 1e4 and 1e6, 3 rounds of 40 ms");
    app.add_flag("--list", chosen.list, "show maps, workloads and what would run, and stop");
    app.add_option("--out", out, "folder for the results (default bench-results)")->take_last();

    try {
        app.parse(argc, argv);
        if (quick) {
            chosen.sizes = {10'000, 1'000'000};
            chosen.window = std::chrono::milliseconds(40);
            chosen.rounds = 3;
        }
        if (window != 0)
            chosen.window = std::chrono::milliseconds(window);
        if (rounds != 0)
            chosen.rounds = rounds;
        if (!sizes.empty()) {
            chosen.sizes.clear();
            for (const auto &size : sizes)
                chosen.sizes.push_back(to_size(size));
        }
        sort_out(chosen.sizes);
        sort_out(chosen.threads);
        const auto named = [](const auto &item) { return std::string(name_of(item)); };
        chosen.maps = choose("--maps", std::span(catalogue()), maps,
                             [](const map_entry &map) { return map.name; });
        chosen.workloads = choose("--workloads", all_workloads(), workloads, named);
        const auto all_keys = chosen.keys;
        chosen.keys = choose("--keys", std::span<const key_kind>(all_keys), keys, named);
        const auto all_choices = chosen.choices;
        chosen.choices =
            choose("--dist", std::span<const distribution>(all_choices), choices, named);
        check_filter(chosen.filter);
        chosen.out = out;
    } catch (const CLI::CallForHelp &) {
        std::cout << app.help();
        exit_code = 0;
        return std::nullopt;
    } catch (const CLI::ParseError &error) {
        std::cerr << "ferry-bench: " << error.what() << '\n';
        exit_code = usage_error;
        return std::nullopt;
    }
    return chosen;
}

} // namespace ferry::bench
