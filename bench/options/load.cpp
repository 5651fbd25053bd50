// SPDX-License-Identifier: BSL-1.0
#include "options/load.hpp"

#include "adapters/catalogue.hpp"
#include "options/choose.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace ferry::bench {

namespace {

constexpr unsigned most_connections = 500; // files that a process may have open: often 1024

load_options with(thoroughness how) {
    load_options o;
    o.scenarios.assign(all_service_scenarios().begin(), all_service_scenarios().end());
    o.rate = 20'000;
    o.connections = 8;
    switch (how) {
    case thoroughness::quick:
        o.growth_sizes = o.sizes = {100'000};
        o.seconds = 5;
        break;
    case thoroughness::usual:
        o.growth_sizes = o.sizes = {1'000'000};
        o.seconds = 20;
        break;
    case thoroughness::full:
        o.growth_sizes = {10'000'000};
        o.sizes = {1'000'000};
        o.seconds = 60;
        break;
    }
    return o;
}

// Whether the server's program is installed, and has the map: ferry-cached is built with the same
// maps as this program.
bool is_there(const served_map &map) {
    const bool built = !map.in_catalogue || std::any_of(catalogue().begin(), catalogue().end(),
                                                        [&map](const map_entry &entry) {
                                                            return entry.name == map.name;
                                                        });
    return built && program_of(map);
}

// The servers that are named, or else all that are installed. Throws if a named one is not.
std::vector<served_map> choose_servers(const std::vector<std::string> &named) {
    const auto maps = choose(
        "--maps", served_maps(), named, [](const served_map &map) { return map.name; }, is_there);
    for (const auto &map : maps)
        if (!is_there(map))
            throw CLI::ValidationError("--maps", "the server of '" + std::string(map.name) +
                                                     "' is not here: install memcached, or build "
                                                     "ferry-cached with what it needs");
    return maps;
}

} // namespace

void define_load(CLI::App &sub, load_words &w) {
    sub.add_option("--scenarios", w.scenarios, "which: growth, steady, churn, sweep (default: all)")
        ->delimiter(',');
    sub.add_option("--rate", w.rate, "requests a second (default 20000)")
        ->take_last()
        ->check(CLI::Range(1.0, 10e6).description(""));
    sub.add_option("--arrivals", w.arrivals,
                   "when requests are due: fixed, at equal distances (default), or poisson")
        ->take_last();
    sub.add_option("--connections", w.connections, "connections to the server (default 8)")
        ->take_last()
        ->check(CLI::Range(1u, most_connections).description(""));
}

load_options load_of_its_own(const load_words &w, const std::vector<std::string> &named,
                             thoroughness how) {
    auto o = with(how);
    o.scenarios = choose("--scenarios", all_service_scenarios(), w.scenarios);
    o.arrivals =
        choose("--arrivals", std::span<const arrival_kind>(arrival_kinds),
               {w.arrivals.empty() ? std::string(name_of(arrival_kind::fixed)) : w.arrivals})
            .front();
    o.maps = choose_servers(named);
    if (o.maps.empty())
        throw CLI::ValidationError("service",
                                   "there is no server: install memcached, or build ferry-cached");
    if (w.rate != 0)
        o.rate = w.rate;
    if (w.connections != 0)
        o.connections = w.connections;
    return o;
}

load_options load_in_everything(const std::vector<std::string> &named, thoroughness how) {
    auto o = with(how);
    o.maps = choose_servers({});
    std::erase_if(o.maps, [&](const served_map &map) {
        return map.in_catalogue && !named.empty() &&
               std::find(named.begin(), named.end(), map.name) == named.end();
    });
    if (how == thoroughness::full)
        return o;
    o.scenarios = {service_scenario::growth};
    o.growth_sizes = {how == thoroughness::quick ? 10'000u : 50'000u};
    std::erase_if(o.maps, [&](const served_map &map) { return named.empty() && !map.in_short; });
    return o;
}

} // namespace ferry::bench
