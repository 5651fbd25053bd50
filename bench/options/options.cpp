// SPDX-License-Identifier: BSL-1.0
#include "options/options.hpp"

#include "adapters/catalogue.hpp"
#include "options/choose.hpp"
#include "options/load.hpp"
#include "runner/processors.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <limits>
#include <regex>
#include <span>

namespace ferry::bench {

namespace {

constexpr unsigned most_threads = 256;
constexpr double most_elements = 100e6;

// Exit code of a wrong command line.
constexpr int usage_error = 2;

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

unsigned usable_processors() { return std::min(processors().count(), most_threads); }

// Powers of two up to the number of processors, which is the last.
std::vector<unsigned> up_to_usable_processors() {
    std::vector<unsigned> threads;
    for (unsigned t = 1; t < usable_processors(); t *= 2)
        threads.push_back(t);
    threads.push_back(usable_processors());
    return threads;
}

// With two processors, this takes less than five minutes.
void be_usual(options &o) {
    o.budget = std::chrono::seconds(280);
    o.threads = up_to_usable_processors();
    o.threads.push_back(2 * usable_processors());
    o.sizes = {10'000, 1'000'000};
    o.large_sizes = {300'000};
    o.most_strings = 20'000;
    o.elements = {element::u64, element::string};
    o.thinned = true;
    o.window = std::chrono::milliseconds(10);
    o.patience = std::chrono::milliseconds(300);
    o.patience_an_element = std::chrono::nanoseconds(1500);
    o.rounds = 3;
}

// And this less than two.
void be_quick(options &o) {
    o.threads = {1, std::max(2u, usable_processors())};
    o.sizes = {10'000};
    o.budget = std::chrono::seconds(110);
}

// Hours.
void be_thorough(options &o) {
    o.sizes = {1'000, 10'000, 100'000, 1'000'000, 10'000'000};
    o.large_sizes = {1'000'000, 10'000'000};
    o.most_strings = 1'000'000;
    o.elements.assign(all_elements.begin(), all_elements.end());
    o.thinned = false;
    o.budget = std::chrono::seconds::max();
    o.window = std::chrono::milliseconds(300);
    o.patience = std::chrono::seconds(30);
    o.rounds = 5;
}

// The words of the command line that still need a meaning.
struct words {
    std::vector<unsigned> threads;
    std::vector<std::string> sizes;
    std::vector<std::string> maps;
    std::vector<std::string> workloads;
    std::vector<std::string> elements;
    std::vector<std::string> choices;
    std::string filter;
    std::string keys;
    std::string out;
    std::vector<std::string> inputs;
    unsigned window = 0;
    unsigned rounds = 0;
    unsigned patience = 0;
    load_words load;
    bool quick = false;
    bool full = false;
};

void define_options(CLI::App &app, words &w, options &o) {
    auto *quick = app.add_flag("--quick", w.quick,
                               "a look at everything in less than two minutes: one number of keys");
    app.add_flag("--full", w.full, "everything, thoroughly: hours")->excludes(quick);
    app.add_option("--threads", w.threads,
                   "numbers of threads (default: up to twice the number of processors)")
        ->delimiter(',')
        ->check(CLI::Range(1u, most_threads).description(""));
    app.add_option("--sizes", w.sizes, "numbers N of u64 keys (default 1e4,1e6)")->delimiter(',');
    app.add_option("--maps", w.maps, "which maps; --list shows them")->delimiter(',');
    app.add_option("--workloads", w.workloads, "which workloads; --list shows them")
        ->delimiter(',');
    app.add_option("--elements", w.elements,
                   "which keys and values: u64, string (8-byte values), string-64 (64-byte values)")
        ->delimiter(',');
    app.add_option("--dist", w.choices, "how keys are chosen: uniform, zipf (0.99)")
        ->delimiter(',');
    app.add_option("--keys", w.keys,
                   "file of the strings that are keys, one a line (default: the paths of this "
                   "system's files)")
        ->take_last();
    app.add_option("--filter", w.filter,
                   "regular expression; only cells whose name it is found in, such as "
                   "'find-hit/u64/n:10000/uniform'")
        ->take_last();
    app.add_option("--time", w.window,
                   "length of the measured part of a run in ms (default 10; service 20000)")
        ->take_last()
        ->check(CLI::Range(1u, 600'000u).description(""));
    app.add_option("--rounds", w.rounds, "how often each run is repeated (default 3)")
        ->take_last()
        ->check(CLI::Range(1u, 1000u).description(""));
    app.add_option("--patience", w.patience,
                   "seconds after which work that runs to its end is given up (default 0.3, and "
                   "1.5 for each million elements; wordcount "
                   "and replay 60)")
        ->take_last()
        ->check(CLI::Range(1u, 86'400u).description(""));
    app.add_flag("--pin", o.pinned, "each worker stays on one processor");
    app.add_flag("--list", o.list, "show maps, workloads and what would run, and stop");
    app.add_option("--out", w.out, "folder for the results (default bench-results)")->take_last();
    app.footer("To compare allocators, run it once with each, and then `ferry-bench compare`:\n"
               "  LD_PRELOAD=libmimalloc.so.2 ferry-bench --out with-mimalloc");
}

struct subcommand {
    command what;
    const char *name;
    const char *description;
    const char *input; // what it wants named, if anything
    std::size_t inputs;
};
constexpr std::array subcommands{
    subcommand{command::curves, "curves", "throughput over threads", nullptr, 0},
    subcommand{command::latency, "latency", "how long single operations take", nullptr, 0},
    subcommand{command::memory, "memory", "bytes an element", nullptr, 0},
    subcommand{command::wordcount, "wordcount", "counts the words of all text files below a folder",
               "DIR", 1},
    subcommand{command::replay, "replay", "replays a trace of get, set and del", "FILE", 1},
    subcommand{command::flame, "flame",
               "profiles one map on one workload: a flame graph; --all: several maps on a page",
               nullptr, 0},
    subcommand{command::sharing, "sharing",
               "counts the cache lines that up to 64 simulated cores pass to each other", nullptr,
               0},
    subcommand{command::service, "service",
               "puts a load on servers at a fixed rate: latency, also over time", nullptr, 0},
    subcommand{command::compare, "compare", "what changed between two results.json", "FILE", 2},
    subcommand{command::report, "report", "makes report.html from a results.json again", "FILE", 1},
    subcommand{command::memory_probe, "memory-probe", "", nullptr, 0},
};

void define_subcommands(CLI::App &app, words &w, options &o) {
    app.require_subcommand(0, 1);
    app.fallthrough();
    for (const auto &s : subcommands) {
        auto *sub = app.add_subcommand(s.name, s.description);
        sub->callback([&o, what = s.what] { o.what = what; });
        if (s.input != nullptr)
            sub->add_option(s.input, w.inputs)->required()->expected(static_cast<int>(s.inputs));
        if (s.what == command::flame)
            sub->add_flag("--all", o.all,
                          "ferry and the maps made by hand on one page, under much reading and "
                          "under much writing");
        if (s.what == command::service)
            define_load(*sub, w.load);
        if (s.what == command::memory_probe) {
            sub->group(""); // not for people
            sub->add_option("--keys-a-map", o.keys_a_map);
        }
    }
}

// A profile is of one thing: what is not named is chosen here, not measured all over.
void be_a_profile(const words &w, options &o) {
    if (w.threads.empty())
        o.threads = {usable_processors()};
    if (w.sizes.empty())
        o.sizes = {1'000'000};
    if (w.elements.empty())
        o.elements = {element::u64};
    if (w.choices.empty())
        o.choices = {distribution::uniform};
    if (w.workloads.empty())
        o.workloads = o.all ? std::vector{workload::find_99_assign_1, workload::find_assign}
                            : std::vector{workload::find_hit};
    if (w.maps.empty())
        std::erase_if(o.maps, [&o](const map_entry &map) {
            return map.family != family::ferry && !(o.all && map.family == family::by_hand);
        });
}

void put_load(const words &w, options &o) {
    const auto how = w.quick  ? thoroughness::quick
                     : w.full ? thoroughness::full
                              : thoroughness::usual;
    if (o.what == command::everything)
        o.load = load_in_everything(w.maps, how);
    if (o.what == command::service) {
        o.load = load_of_its_own(w.load, w.maps, how);
        o.load.rounds = std::max(w.rounds, 1u);
        if (!w.sizes.empty())
            o.load.growth_sizes = o.load.sizes = o.sizes;
        if (w.window != 0)
            o.load.seconds = std::chrono::duration<double>(o.window).count();
        // Of the maps, what the report is to say.
        std::erase_if(o.maps, [&o](const map_entry &map) {
            return std::none_of(
                o.load.maps.begin(), o.load.maps.end(),
                [&map](const served_map &served) { return served.name == map.name; });
        });
    }
    o.load.filter = o.filter;
    o.load.threads = w.threads.empty() ? std::vector{usable_processors()} : o.threads;
}

void resolve(const words &w, options &o) {
    be_usual(o);
    if (w.quick)
        be_quick(o);
    if (w.full)
        be_thorough(o);
    // Who names cells wants those, all of them.
    if (!w.sizes.empty() || !w.workloads.empty() || !w.elements.empty() || !w.choices.empty() ||
        !w.filter.empty() || o.what == command::flame)
        o.thinned = false;
    o.repeats_asked_for = !w.threads.empty() || w.rounds != 0;
    if (!o.thinned || o.repeats_asked_for)
        o.budget = std::chrono::seconds::max();
    if (!w.threads.empty())
        o.threads = w.threads;
    if (w.window != 0)
        o.window = std::chrono::milliseconds(w.window);
    if (w.rounds != 0)
        o.rounds = w.rounds;
    if (o.what == command::memory_probe) // it is given those it is to take
        o.most_strings = std::numeric_limits<std::size_t>::max();
    if (o.what == command::wordcount || o.what == command::replay)
        o.patience = std::chrono::seconds(60);
    if (w.patience != 0) {
        o.patience = std::chrono::seconds(w.patience);
        o.patience_an_element = {};
    }
    if (!w.sizes.empty()) {
        o.sizes.clear();
        for (const auto &size : w.sizes)
            o.sizes.push_back(to_size(size));
        o.large_sizes = o.sizes;
    }
    sort_out(o.sizes);
    sort_out(o.large_sizes);
    sort_out(o.threads);
    o.maps = choose(
        "--maps", std::span(catalogue()),
        // A server need not be a map of the catalogue.
        o.what == command::service ? std::vector<std::string>() : w.maps,
        [](const map_entry &map) { return map.name; },
        [](const map_entry &map) { return !map.on_request; });
    o.named_maps = w.maps;
    o.workloads = choose("--workloads", all_workloads(), w.workloads);
    const auto elements = o.elements;
    o.elements = choose("--elements",
                        w.elements.empty() ? std::span<const element>(elements)
                                           : std::span<const element>(all_elements),
                        w.elements);
    const auto choices = o.choices;
    o.choices = choose("--dist", std::span<const distribution>(choices), w.choices);
    check_filter(w.filter);
    o.filter = w.filter;
    o.keys = w.keys;
    if (!w.out.empty())
        o.out = w.out;
    o.inputs.assign(w.inputs.begin(), w.inputs.end());
    if (o.what == command::flame)
        be_a_profile(w, o);
    put_load(w, o);
}

} // namespace

std::optional<options> parse_options(int argc, char **argv, int &exit_code) {
    options chosen;
    for (int i = 0; i < argc; ++i)
        chosen.command_line += (i == 0 ? "" : " ") + std::string(argv[i]);

    words w;
    CLI::App app("Measures ferry beside other concurrent hash maps: throughput, latency, memory. "
                 "Without a command, all three.",
                 "ferry-bench");
    define_options(app, w, chosen);
    define_subcommands(app, w, chosen);
    try {
        app.parse(argc, argv);
        resolve(w, chosen);
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
