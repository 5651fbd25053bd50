// SPDX-License-Identifier: BSL-1.0
#include "service_load/steps.hpp"

#include "runner/percentiles.hpp"
#include "service_load/generator.hpp"
#include "workloads/zipf.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <regex>
#include <stdexcept>
#include <string>
#include <utility>

namespace ferry::bench {

namespace {

using counters = std::vector<std::pair<std::string, double>>;

struct cell {
    service_scenario what;
    std::uint32_t keys;
    unsigned threads;

    std::string name(const load_options &o) const {
        return "service/" + std::string(name_of(what)) + '/' + std::string(name_of(o.arrivals)) +
               "/n:" + std::to_string(keys) + "/rate:" + std::to_string(std::llround(o.rate)) +
               "/connections:" + std::to_string(o.connections) +
               "/workers:" + std::to_string(threads);
    }
};

// Indices by Zipf's law, drawn once for all servers.
class skewed_keys {
public:
    const std::vector<std::uint32_t> &below(std::uint32_t keys) {
        constexpr double exponent = 0.99;
        constexpr std::size_t count = 1 << 20;
        if (keys != keys_)
            indices_ = zipf_indices(keys, exponent, count);
        keys_ = keys;
        return indices_;
    }

private:
    std::uint32_t keys_ = 0;
    std::vector<std::uint32_t> indices_;
};

void add_percentiles(counters &to, const std::string &prefix, const histogram &h) {
    for (const auto &[name, value] : percentile_counters(h))
        to.emplace_back(prefix + name, value);
}

counters counters_of(const load_result &r) {
    const auto all = r.requests.all();
    const auto operations = static_cast<double>(count_of(all));
    const auto per_second = [&](double seconds) { return seconds > 0 ? operations / seconds : 0; };
    counters list{
        {"operations", operations},
        {"seconds", r.seconds},
        {"asked_per_s", per_second(r.seconds_asked)},
        {"achieved_per_s", per_second(r.seconds)},
        {"generator_busy", r.busy},
        {"deepest_pipeline", static_cast<double>(r.depth)},
        {"window_seconds", std::chrono::duration<double>(recording::window_length).count()},
        {"refused", static_cast<double>(r.refused)},
        {"mean_ns", mean_of(all)},
        {"max_ns", static_cast<double>(r.requests.longest().count())},
        {"late_max_ns", static_cast<double>(max_of(r.lateness))}};
    if (r.hits + r.misses != 0)
        list.emplace_back("hit_rate",
                          static_cast<double>(r.hits) / static_cast<double>(r.hits + r.misses));
    add_percentiles(list, "", all);
    for (const auto kind : verbs)
        if (const auto &h = r.requests.of(kind); count_of(h) != 0) {
            add_percentiles(list, std::string(name_of(kind)) + '_', h);
            list.emplace_back(std::string(name_of(kind)) + "_max_ns",
                              static_cast<double>(max_of(h)));
        }
    add_percentiles(list, "late_", r.lateness);
    return list;
}

void add_windows(record &to, const std::vector<load_window> &windows) {
    std::vector<double> requests;
    std::vector<double> longest;
    std::vector<double> p999;
    for (const auto &w : windows) {
        requests.push_back(static_cast<double>(w.requests));
        longest.push_back(static_cast<double>(w.longest));
        p999.push_back(static_cast<double>(w.p999));
    }
    to.in_order = {{"window_requests", std::move(requests)},
                   {"window_max_ns", std::move(longest)},
                   {"window_p99.9_ns", std::move(p999)}};
}

record measure(const load_options &o, const load_plan &plan, const served_map &map,
               unsigned threads, std::uint64_t seed, std::span<const std::uint32_t> skewed) {
    server server(map, {threads, plan.memory_mb});
    script requests(plan, skewed, seed, map.stores ? keeping::all : keeping::nothing);
    arrivals when(o.arrivals, o.rate, seed);
    try {
        auto result = generate_load(server.socket(), plan.values, requests, when,
                                    {.connections = o.connections});
        record r{result.seconds, counters_of(result), result.wrong};
        add_windows(r, result.requests.windows());
        return r;
    } catch (const std::runtime_error &error) {
        // That a connection broke says less than how the server ended.
        if (const auto how = server.end(); !how.empty())
            throw std::runtime_error("the server " + how);
        throw;
    }
}

double expected_seconds(const load_options &o, const load_plan &plan) {
    constexpr double stored_a_second = 150e3;
    return 0.5 + plan.stored_first / stored_a_second +
           static_cast<double>(plan.requests()) / o.rate;
}

// So that none always comes first.
std::vector<served_map> in_turns(std::vector<served_map> maps, std::uint64_t seed) {
    std::shuffle(maps.begin(), maps.end(), split_mix(seed));
    return maps;
}

} // namespace

std::vector<step> service_steps(const load_options &o) {
    const auto skewed = std::make_shared<skewed_keys>();
    std::vector<cell> cells;
    const std::regex filter(o.filter);
    for (const auto what : o.scenarios)
        for (const auto keys : what == service_scenario::growth ? o.growth_sizes : o.sizes)
            for (const auto threads : o.threads)
                if (const cell c{what, keys, threads}; std::regex_search(c.name(o), filter))
                    cells.push_back(c);
    std::vector<step> steps;
    for (unsigned round = 0; round < o.rounds; ++round)
        for (const auto &c : cells) {
            const auto name = c.name(o);
            const auto seed = seed_of(name, c.threads, round);
            const auto plan = plan_service(c.what, c.keys, o.rate, o.seconds);
            for (const auto &map : in_turns(o.maps, seed))
                steps.push_back(
                    {.name = name + '/' + std::string(map.name) + "/round:" + std::to_string(round),
                     .phase = "round " + std::to_string(round + 1) + " of " +
                              std::to_string(o.rounds) + ", " + name,
                     .detail = std::string(map.name),
                     .expected = expected_seconds(o, plan),
                     .run =
                         [o, plan, map, threads = c.threads, seed, skewed] {
                             const bool skews = plan.choice == key_choice::zipf;
                             return measure(o, plan, map, threads, seed,
                                            skews ? std::span(skewed->below(plan.keys))
                                                  : std::span<const std::uint32_t>());
                         },
                     .again = round > 0});
        }
    return steps;
}

} // namespace ferry::bench
